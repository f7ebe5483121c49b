# The exchange alone; SIP and media are its own, nothing else has to run beside it.
FROM node:24-bookworm-slim AS build
# better-sqlite3 is compiled where no prebuilt binary fits.
RUN apt-get update && apt-get install --yes --no-install-recommends python3 make g++ \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/strowger
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/prompts ./prompts
COPY --from=build /build/config ./config
RUN ln -s /opt/strowger/dist/cli/strowger.js /usr/local/bin/strowger \
    && chmod +x dist/cli/strowger.js \
    && mkdir /data && chown node:node /data
USER node
VOLUME ["/data"]
# SIP. Speech takes the UDP ports of `media.ports` besides (16384-32767 unless configured otherwise): publishing so many
# ports one by one is slow, and Docker's address translation would rewrite the source addresses by which a phone is
# known. Run it with host networking (--network host), or set `advertise` in server.yaml to the host's address.
EXPOSE 5060/udp 5060/tcp
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["strowger", "status", "--config", "/opt/strowger/config", "--data", "/data"]
# Own configuration: mount it over /opt/strowger/config. Recordings, call records and made-up passwords are in /data.
CMD ["strowger", "start", "--config", "/opt/strowger/config", "--data", "/data"]
