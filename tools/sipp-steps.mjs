// Turns the steps of an end, as a scenario.yaml writes them (`is called`, `rings`, `waits 1s`, `presses 1` …), into a
// scenario for SIPp 3.6. What each step means is in sipp-scenarios/README.md; an end may bring an .xml of its own instead.

const SDP = `Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=- 1 1 IN IP[media_ip_type] [media_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
      a=ptime:20
      a=sendrecv
`;
const EMPTY = `Content-Length: 0

`;
const VIA = (branch = '[branch]') =>
  `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch};rport\n      Max-Forwards: 70`;
const CONTACT = 'Contact: <sip:[user]@[local_ip]:[local_port];transport=[transport]>';
const ALLOW = 'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY';

/** The steps with the words that they take. Each makes elements of the scenario, in order, from the end so far. */
const STEPS = [
  [/^is called$/, isCalled],
  [/^is not called$/, isCalled], // it is listened for
  [/^rings$/, () => [respond('180 Ringing', { lines: CONTACT })]],
  [/^answers$/, () => final('200 OK', { lines: CONTACT, body: SDP })],
  [/^refuses (\d{3})$/, (_, status) => final(`${status} Refused`)],
  [/^refuses (\d{3}) with (.+)$/, (_, status, lines) => final(`${status} Refused`, { lines })],
  [/^redirects to (\S+)$/, (_, to) => final('302 Moved Temporarily', { lines: `Contact: <${to}>` })],
  [/^is cancelled$/, () => isCancelled('')],
  [/^is cancelled as answered elsewhere$/, () => isCancelled(reason('SIP *;cause=200'))],
  [/^is asked whether it answers$/, () => ['<recv request="OPTIONS" />', respond('200 OK')]],
  [/^calls$/, calls],
  [/^hears ringing$/, () => ['<recv response="180" />']],
  [/^hears early media$/, () => ['<recv response="183" />']],
  [/^is answered$/, isAnswered],
  [/^is refused (\d{3})$/, isRefused],
  [/^gives up$/, givesUp],
  [/^refreshes$/, (end) => [inDialog(end, 'UPDATE', refresh(end)), '<recv response="200" />']],
  [/^transfers to (\S+)$/, (end, to) => [inDialog(end, 'REFER', referTo(to)), '<recv response="202" />']],
  [/^is told (\d{3})$/, (_, status) => isTold(status)],
  [/^hangs up$/, (end) => [inDialog(end, 'BYE'), '<recv response="200" />']],
  [/^is hung up$/, () => ['<recv request="BYE" />', respond('200 OK', { tag: false })]],
  [/^presses ([\d*#])$/, (end, digit) => [inDialog(end, 'INFO', info(digit)), '<recv response="200" />']],
  [/^waits ([\d.]+)(ms|s)$/, (_, amount, unit) => [pause(Number(amount) * (unit === 's' ? 1000 : 1))]],
];

/** The scenario of one end as XML. `answersChallenge`: it is a phone of ours, the first INVITE of which is challenged. */
export function scenarioOf(name, steps, { answersChallenge, headers = [], from }) {
  const end = {
    answersChallenge,
    from: from ?? '<sip:[user]@[domain]>',
    more: headers.join('\n      '),
    isCaller: false,
  };
  Object.assign(end, { cseq: 0, elements: [], invite: 0 });
  for (const step of steps) {
    const [words, make] = STEPS.find(([each]) => each.test(step)) ?? [];
    if (words === undefined)
      throw new Error(`scenario.yaml has a step "${step}" that tools/sipp-steps.mjs does not know`);
    const [, ...params] = words.exec(step);
    for (const element of make(end, ...params)) end.elements.push(element);
  }
  const used = ['from', 'to', 'cseq', 'checked'].filter((each) => end.elements.some((e) => e.includes(`to="${each}"`)));
  const reference = used.length === 0 ? '' : `<Reference variables="${used.join(',')}" />`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${name}">\n${end.elements.join('\n')}\n${reference}\n</scenario>\n`;
}

function isCalled() {
  return [
    `<recv request="INVITE" rrs="true"><action>
      <ereg regexp=".*" search_in="hdr" header="From:" assign_to="from" />
      <ereg regexp=".*" search_in="hdr" header="To:" assign_to="to" />
      <ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="cseq" />
      <ereg regexp="m=audio [1-9][0-9]* RTP/AVP" search_in="msg" check_it="true" assign_to="checked" />
    </action></recv>`,
  ];
}

/** RFC 3261 §9.2: the CANCEL has a 200 of its own, the INVITE its 487. */
function isCancelled(action) {
  const terminated = final('487 Request Terminated', { cseq: '[$cseq] INVITE' });
  return [`<recv request="CANCEL">${action}</recv>`, respond('200 OK'), ...terminated];
}

/** To the INVITE: sent again until the ACK comes. */
function final(status, content = {}) {
  return [respond(status, { ...content, retransmits: true }), '<recv request="ACK" />'];
}

/** RFC 3261 §22.2: the first INVITE of a phone bears no credentials and is challenged. */
function calls(end) {
  end.isCaller = true;
  const first = end.answersChallenge
    ? [
        invite(end, ''),
        '<recv response="100" optional="true" />',
        '<recv response="401" auth="true" />',
        ackOfRefusal(end, 3),
      ]
    : [];
  end.invite = end.elements.length + first.length;
  return [
    ...first,
    invite(end, end.answersChallenge ? '[authentication]' : ''),
    '<recv response="100" optional="true" />',
  ];
}

function invite(end, authorization) {
  end.cseq++;
  const lines = [CONTACT, ALLOW, end.more, authorization].filter((line) => line !== '').join('\n      ');
  return send(`INVITE sip:[service]@[domain] SIP/2.0
      ${VIA()}
      From: ${end.from};tag=[pid]uac[call_number]
      To: <sip:[service]@[domain]>
      Call-ID: [call_id]
      CSeq: ${end.cseq} INVITE
      ${lines}
      ${SDP}`);
}

/** RFC 3261 §13.2.2.4: the ACK is a transaction of its own, to the Contact of the 200. */
function isAnswered(end) {
  const ack = send(
    `ACK [next_url] SIP/2.0
      ${VIA()}
      [routes]
      From: ${end.from};tag=[pid]uac[call_number]
      To: <sip:[service]@[domain]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: ${end.cseq} ACK
      ${EMPTY}`,
    false,
  );
  const found = '<ereg regexp="m=audio [1-9][0-9]* RTP/AVP" search_in="msg" check_it="true" assign_to="checked" />';
  const ok = `<recv response="200" rrs="true"><action>${found}</action></recv>`;
  return ['<recv response="180" optional="true" />', '<recv response="183" optional="true" />', ok, ack];
}

function isRefused(end, status) {
  const heard = ['<recv response="180" optional="true" />', `<recv response="${status}" />`];
  return [...heard, ackOfRefusal(end, end.elements.length + heard.length - end.invite)];
}

/** RFC 3261 §9.1: a CANCEL has the branch, To and CSeq number of its INVITE. */
function givesUp(end) {
  const at = end.elements.length - end.invite;
  const cancel = send(`CANCEL sip:[service]@[domain] SIP/2.0
      ${VIA(`[branch-${at}]`)}
      From: ${end.from};tag=[pid]uac[call_number]
      To: <sip:[service]@[domain]>
      Call-ID: [call_id]
      CSeq: ${end.cseq} CANCEL
      ${EMPTY}`);
  return [cancel, '<recv response="200" />', '<recv response="487" />', ackOfRefusal(end, at + 3)];
}

/** RFC 3261 §17.1.1.3: it has the branch and Request-URI of its INVITE, which is so many elements before it. */
function ackOfRefusal(end, distance) {
  return send(
    `ACK sip:[service]@[domain] SIP/2.0
      ${VIA(`[branch-${distance}]`)}
      From: ${end.from};tag=[pid]uac[call_number]
      [last_To:]
      Call-ID: [call_id]
      CSeq: ${end.cseq} ACK
      ${EMPTY}`,
    false,
  );
}

/** A request inside the dialog; for who was called, From and To of the INVITE trade places (RFC 3261 §12.2.1.1). */
function inDialog(end, method, content = EMPTY) {
  end.cseq++;
  const [from, to] = end.isCaller
    ? [`${end.from};tag=[pid]uac[call_number]`, '<sip:[service]@[domain]>[peer_tag_param]']
    : ['[$to];tag=[pid]uas[call_number]', '[$from]'];
  return send(`${method} [next_url] SIP/2.0
      ${VIA()}
      [routes]
      From: ${from}
      To: ${to}
      Call-ID: [call_id]
      CSeq: ${end.cseq} ${method}
      ${content}`);
}

/** RFC 4028 §7.4: by an UPDATE without a body, with the headers of the INVITE. */
function refresh(end) {
  return [CONTACT, end.more, EMPTY].filter((line) => line !== '').join('\n      ');
}

/** RFC 3515 §2.1. */
function referTo(to) {
  return [CONTACT, `Refer-To: <sip:${to}@[domain]>`, 'Referred-By: <sip:[user]@[domain]>', EMPTY].join('\n      ');
}

/** RFC 3515 §2.4.5: how far the transfer has come, in the body of a NOTIFY. */
function isTold(status) {
  const found = `<ereg regexp="SIP/2.0 ${status}" search_in="body" check_it="true" assign_to="checked" />`;
  return [`<recv request="NOTIFY"><action>${found}</action></recv>`, respond('200 OK', { tag: false })];
}

function info(digit) {
  return `Content-Type: application/dtmf-relay
      Content-Length: [len]

      Signal=${digit}
      Duration=160
`;
}

function respond(status, { lines = '', body = EMPTY, cseq = null, tag = true, retransmits = false } = {}) {
  const cseqLine = cseq === null ? '[last_CSeq:]' : `CSeq: ${cseq}`;
  return send(
    `SIP/2.0 ${status}
      [last_Via:]
      [last_Record-Route:]
      [last_From:]
      [last_To:]${tag ? ';tag=[pid]uas[call_number]' : ''}
      [last_Call-ID:]
      ${cseqLine}
      ${lines === '' ? '' : `${lines}\n      `}${body}`,
    retransmits,
  );
}

function send(message, retransmits = true) {
  return `<send${retransmits ? ' retrans="500"' : ''}><![CDATA[\n\n      ${message}\n    ]]></send>`;
}

function reason(pattern) {
  return `<action><ereg regexp="${pattern}" search_in="hdr" header="Reason:" check_it="true" assign_to="checked" /></action>`;
}

function pause(ms) {
  return `<pause milliseconds="${ms}" />`;
}
