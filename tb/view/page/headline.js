// SPDX-License-Identifier: Apache-2.0
//
// Says in a few sentences what went wrong, to whom and when; or that nothing did; or that nobody has judged it.
(function (prisim) {
'use strict';

const PLACE = {
    endpoint: 'in the endpoint', link: 'on the link', smmu: 'in the SMMU', pri_queue: 'in the PRI queue',
    interrupt: 'at the interrupt', pri_thread: 'in the hands of the PRI thread', worker: 'with a worker', driver: 'in the driver',
};
const CODE = {0: 'Success', 1: 'Invalid Request', 15: 'Response Failure'};

const space = (run, at) => 'space ' + run.bindings[at].space + ' (binding ' + run.bindings[at].number + ')';
const capital = text => text.charAt(0).toUpperCase() + text.slice(1);
const whose = request => capital(request.name) + ' (PASID ' + request.pasid +
                         (request.kind === 'request' ? ', address ' + request.address + ')' : ')');

// The event of a request's path that has this point, or -1.
function onPath(run, request, point) {
    const step = request.path.find(([event]) => run.point(event) === point);
    return step ? step[0] : -1;
}

// What the answer said, of the event R0.
function answer(run, event) {
    const code = run.field(event, 'code');
    return CODE[code] || 'code ' + code;
}

// Where a request was while its PASID changed hands.
function meanwhile(run, request) {
    const own = run.bindings[request.binding], next = run.bindings[request.served];
    if (!own || own.to < 0)
        return '';
    const lane = prisim.laneAt(request, own.to);
    const place = lane < 0 ? '' : ' while the request was still ' + PLACE[run.lanes[lane].kind];
    const begun = own.unbind.length ? ' was unbound from ' + run.cycle[own.unbind[0]] + ' to ' + run.cycle[own.to]
                                    : ' was free at ' + run.cycle[own.to];
    const bound = next && next.from > own.to ? ', and bound to space ' + next.space + ' at ' + run.cycle[next.from] : '';
    return 'PASID ' + own.pasid + ' of ' + own.endpoint + begun + place + bound + '.';
}

// What came of it: the page that was made resident, the answer that was given.
function consequences(run, request) {
    const page = onPath(run, request, 'S3'), response = onPath(run, request, 'R0'), said = [];
    if (page >= 0 && run.field(page, 'cause') === 'mapped')
        said.push('page ' + run.field(page, 'address') + ' of space ' + run.field(page, 'space') +
                  ' was made resident at ' + run.cycle[page]);
    if (response >= 0)
        said.push(request.endpoint + ' was answered ' + answer(run, response) + ' at ' + run.cycle[response]);
    return said.length ? ' ' + capital(said.join(', and ')) + '.' : '';
}

function wrongSpace(run, request) {
    return {
        text: whose(request) + ' was made under ' + space(run, request.binding) + ' and served in ' +
              space(run, request.served) + ' at cycle ' + Math.round(request.part ? request.part.from : 0) + '.',
        more: meanwhile(run, request) + consequences(run, request),
    };
}

function hazards(run) {
    const first = run.groups[0].head, request = run.requests[first.request];
    const others = run.groups.length - 1;
    const told = request && request.wrong && first.hazard.startsWith('wrong_address_space')
        ? wrongSpace(run, request)
        : {text: capital(first.text) + (first.text.endsWith('.') ? '' : '.'),
           more: request && request.binding >= 0 ? meanwhile(run, request) : ''};
    if (others)
        told.more += (told.more ? ' ' : '') + (others === 1 ? 'One more hazard' : others + ' more hazards') +
                     ' of this run: see the list.';
    return {kind: 'hazard', title: first.hazard.replace(/_/g, ' ') + ' at ' + first.cycle, ...told};
}

// What became of the requests that were under way when a PASID was unbound.
function survived(run) {
    const at = run.bindings.findIndex(binding => binding.unbind.length);
    if (at < 0)
        return '';
    const own = run.bindings[at], begin = own.unbind[0];
    const under = run.requests.filter(request => request.kind === 'request' && request.binding === at &&
        request.path[0][0] <= begin && request.path.at(-1)[0] >= begin);
    const free = own.to < 0 ? '' : ', before PASID ' + own.pasid + ' was free at ' + run.cycle[own.to];
    const answered = under.filter(request => onPath(run, request, 'R0') >= 0 &&
        (own.to < 0 || onPath(run, request, 'R0') < own.to));
    if (!under.length)
        return 'No page request was under way when the unbind of PASID ' + own.pasid + ' began at ' + run.cycle[begin] + '.';
    if (under.length > 1)
        return under.length + ' page requests of binding ' + own.number + ' (space ' + own.space + ') were under way when the unbind of PASID ' +
               own.pasid + ' began at ' + run.cycle[begin] + '; ' + answered.length + ' of them were answered' + free + '.';
    const request = under[0], response = onPath(run, request, 'R0');
    const done = answered.length ? 'was answered ' + answer(run, response) + ' at ' + run.cycle[response] + free
                                 : response >= 0 ? 'was answered at ' + run.cycle[response] : 'was not answered by the driver';
    const next = run.bindings.find(binding => own.to >= 0 && binding.from > own.to && binding.pasid === own.pasid &&
                                              binding.endpoint === own.endpoint);
    return whose(request) + ', made under ' + space(run, at) + ' and under way when the unbind began at ' +
           run.cycle[begin] + ', ' + done + (next ? '; bound to space ' + next.space + ' at ' + run.cycle[next.from] : '') + '.';
}

function unjudged(run) {
    const index = run.wrong[0];
    const seen = index === undefined ? '' : wrongSpace(run, run.requests[index]).text + ' ';
    return {kind: 'unjudged', title: 'Not judged: hazards are not known', text: seen +
            'This page was made from a log alone. What the checkers say is shown by:',
            code: 'prisim view ' + (run.source || 'LOG') + ' --scenario FILE', more: ''};
}

function calm(run) {
    const outcome = run.outcome ? run.outcome.outcome : 'clean', cycles = run.end + ' cycles';
    const reasons = run.outcome && run.outcome.verdict !== 'pass' ? run.outcome.reasons.join('; ') : '';
    if (outcome === 'hang')
        return {kind: 'hazard', title: 'Hang', text: reasons || 'The run has no end: something waits for ever.', more: survived(run)};
    if (outcome === 'nothing_happened')
        return {kind: 'unjudged', title: 'Nothing happened', text: reasons || 'No page request was made.', more: ''};
    if (run.outcome && run.outcome.verdict === 'incomplete')
        return {kind: 'unjudged', title: 'Incomplete', text: reasons || 'The run ended before its end.', more: survived(run)};
    return {kind: 'clean', title: 'Clean', text: 'No hazard in ' + cycles + '.', more: survived(run)};
}

// {kind: hazard, clean or unjudged; title, text, more, code}
prisim.headline = function (run) {
    if (!run.judged)
        return unjudged(run);
    return run.groups.length ? hazards(run) : calm(run);
};

})(window.prisim = window.prisim || {});
