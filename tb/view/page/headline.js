// SPDX-License-Identifier: Apache-2.0
//
// Says in a few sentences what went wrong, to whom and when; or that nothing did; or that nobody has judged it.
(function (prisim) {
'use strict';

const PLACE = {
    endpoint: 'in the endpoint', link: 'on the link', smmu: 'in the SMMU', pri_queue: 'in the PRI queue',
    interrupt: 'at the interrupt', pri_thread: 'in the hands of the PRI thread', worker: 'with a worker',
    driver: 'in the driver',
};
const CODE = {0: 'Success', 1: 'Invalid Request', 15: 'Response Failure'};

const space = (run, at) => 'space ' + run.bindings[at].space + ' (binding ' + run.bindings[at].number + ')';
const capital = text => text.charAt(0).toUpperCase() + text.slice(1);
const whose = request => capital(request.name) + ' (PASID ' + request.pasid +
                         (request.kind === 'request' ? ', address ' + request.address + ')' : ')');

// The reasons of the verdict, the first ones.
prisim.reasons = function (run, most) {
    const {reasons} = run.outcome, left = reasons.length - most;
    return reasons.slice(0, most).join('; ') + (left > 0 ? '; and ' + left + ' more' : '');
};

// The event of a request's path that has this point, or -1.
function onPath(run, request, point) {
    const step = request.path.find(([event]) => run.point(event) === point);
    return step ? step[0] : -1;
}

// What the answer said, of the event R0.
const answer = prisim.answer = function (run, event) {
    const code = run.field(event, 'code');
    return CODE[code] || 'code ' + code;
};

// Where a request was while its PASID changed hands.
function meanwhile(run, request) {
    const own = run.bindings[request.binding], next = run.bindings[request.served];
    if (!own || own.to < 0)
        return '';
    const lane = prisim.laneAt(request, own.to);
    const place = lane < 0 ? '' : ' while the request was still ' + PLACE[run.lanes[lane].kind];
    const begun = own.unbind.length ? ' was unbound from ' + run.cycle[own.unbind[0]] + ' to ' + run.cycle[own.to]
                                    : ' was free at ' + run.cycle[own.to];
    const later = next && next.from > own.to;
    const bound = later ? ', and bound to space ' + next.space + ' at ' + run.cycle[next.from] : '';
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
    const wrong = run.groups.find(({head}) => head.request >= 0 && run.requests[head.request].wrong);
    const main = wrong || run.groups[0], first = main.head, request = run.requests[first.request];
    const others = run.groups.filter(group => group !== main)
        .map(({head}) => head.hazard.replace(/_/g, ' ') + ' at ' + head.cycle);
    const told = request && request.wrong && first.hazard.startsWith('wrong_address_space')
        ? wrongSpace(run, request)
        : {text: capital(first.text) + (first.text.endsWith('.') ? '' : '.'),
           more: request && request.binding >= 0 ? meanwhile(run, request) : ''};
    if (others.length)
        told.more += (told.more ? ' ' : '') + 'Also: ' + others.slice(0, 3).join(', ') +
                     (others.length > 3 ? ', and ' + (others.length - 3) + ' more' : '') + '.';
    return {kind: 'hazard', title: first.hazard.replace(/_/g, ' ') + ' at ' + first.cycle, ...told};
}

// " (cause)" of an event that has one.
function why(run, event) {
    const cause = run.field(event, 'cause');
    return cause && cause !== 'none' ? ' (' + cause + ')' : '';
}

// What became of the one request that was under way.
function fate(run, request) {
    const looked = onPath(run, request, 'S2'), response = onPath(run, request, 'R0');
    const said = [];
    if (looked >= 0)
        said.push('was looked up at ' + run.cycle[looked] + why(run, looked));
    if (response >= 0)
        said.push('was answered ' + answer(run, response) + ' at ' + run.cycle[response]);
    return said.length ? said.join(' and ') : 'was not answered by the driver';
}

// How the unbind went on, and whose the PASID was then.
function aftermath(run, own) {
    const drained = own.unbind.find(event => run.point(event) === 'U5');
    const next = run.bindings.find(binding => own.to >= 0 && binding.from > own.to && binding.pasid === own.pasid &&
                                              binding.endpoint === own.endpoint);
    const said = [];
    if (drained !== undefined)
        said.push('waited until ' + run.cycle[drained] + why(run, drained));
    if (own.to >= 0)
        said.push('freed PASID ' + own.pasid + ' at ' + run.cycle[own.to]);
    const bound = next ? '; space ' + next.space + ' was bound to it at ' + run.cycle[next.from] : '';
    return said.length ? ' The unbind ' + said.join(' and ') + bound + '.' : '';
}

// What became of the requests that were under way when a PASID was first unbound.
function survived(run) {
    const at = run.bindings.findIndex(binding => binding.unbind.length);
    if (at < 0)
        return '';
    const own = run.bindings[at], begin = own.unbind[0], began = ' when its unbind began at ' + run.cycle[begin];
    const under = run.requests.filter(request => request.kind === 'request' && request.binding === at &&
        request.path[0][0] <= begin && request.path.at(-1)[0] >= begin);
    if (!under.length)
        return 'No page request of PASID ' + own.pasid + ' was under way' + began + '.' + aftermath(run, own);
    if (under.length === 1)
        return whose(under[0]) + ', made under ' + space(run, at) + ' and under way' + began + ', ' +
               fate(run, under[0]) + '.' + aftermath(run, own);
    const answered = under.filter(request => {
        const response = onPath(run, request, 'R0');
        return response >= 0 && (own.to < 0 || response < own.to);
    });
    return under.length + ' page requests of ' + space(run, at) + ' were under way' + began + '; ' + answered.length +
           ' of them were answered before it was free.' + aftermath(run, own);
}

function unjudged(run) {
    const index = run.wrong[0];
    const seen = index === undefined ? null : wrongSpace(run, run.requests[index]);
    return {kind: 'unjudged', title: 'Not judged: hazards are not known',
            text: seen ? seen.text : 'Nobody has said whether something went wrong here.',
            more: (seen ? seen.more + ' ' : '') +
                'This page was made from a log alone; the checkers\u2019 word is shown by',
            code: 'prisim view ' + (run.source || 'LOG') + ' --scenario FILE'};
}

function calm(run) {
    if (run.ended)
        return {kind: 'unjudged', title: 'The log ends before the run', text: capital(run.ended) + '.',
                more: survived(run)};
    const outcome = run.outcome ? run.outcome.outcome : 'clean', cycles = run.end + ' cycles';
    const reasons = run.outcome && run.outcome.verdict !== 'pass' ? prisim.reasons(run, 2) : '';
    if (outcome === 'hang')
        return {kind: 'hazard', title: 'Hang', text: reasons || 'The run has no end: something waits for ever.',
                more: survived(run)};
    if (outcome === 'nothing_happened')
        return {kind: 'unjudged', title: 'Nothing happened', text: reasons || 'No page request was made.', more: ''};
    if (run.outcome && run.outcome.verdict === 'incomplete')
        return {kind: 'unjudged', title: 'Incomplete', text: reasons || 'The run ended before its end.',
                more: survived(run)};
    return {kind: 'clean', title: 'Clean', text: 'No hazard in ' + cycles + '.', more: survived(run)};
}

// {kind: hazard, clean or unjudged; title, text, more, code}
prisim.headline = function (run) {
    if (!run.judged)
        return unjudged(run);
    return run.groups.length ? hazards(run) : calm(run);
};

})(window.prisim = window.prisim || {});
