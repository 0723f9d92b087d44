// SPDX-License-Identifier: Apache-2.0
//
// The page around the picture: headlines, what is selected, hazards, legend.
(function (prisim) {
'use strict';

// An element with attributes and children; texts are texts, never markup.
function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {}))
        element.setAttribute(key, value);
    element.append(...children.filter(child => child !== null && child !== ''));
    return element;
}
prisim.make = make;
const byId = id => document.getElementById(id);

function headlineOf(run, many) {
    const said = prisim.headline(run);
    const sign = {hazard: '\u26a0', clean: '\u2713', unjudged: '?'}[said.kind];
    const code = said.code ? [' ', make('code', {}, said.code)] : [];
    const more = said.more ? make('p', {class: 'more'}, said.more, ...code) : '';
    return make('article', {class: 'headline ' + said.kind},
        make('span', {class: 'sign', 'aria-hidden': 'true'}, sign),
        make('div', {}, make('h2', {}, (many ? run.number + 1 + ': ' : '') + said.title),
             make('p', {class: 'what'}, said.text), more));
}

function factsOf(run) {
    if (!run.outcome)
        return [make('li', {}, 'not judged'), make('li', {}, run.end + ' cycles')];
    const {verdict, outcome, cycles, digest} = run.outcome;
    const expects = {pass: ', as the scenario expects', fail: ', but the scenario expects otherwise', incomplete: ''};
    return [make('li', {}, make('b', {class: 'verdict'}, verdict.toUpperCase()),
                 ' ' + outcome.replace('_', ' ') + expects[verdict]),
            make('li', {}, cycles + ' cycles'), make('li', {title: 'digest of the log'}, make('code', {}, digest)),
            ...(run.outcome.reasons.length ? [make('li', {}, prisim.reasons(run, 1))] : [])];
}

prisim.fillPage = function (state) {
    const [run] = state.runs, many = state.runs.length > 1;
    document.title = run.name + ': ' + prisim.headline(run).title + ' \u2013 prisim';
    byId('name').textContent = [...new Set(state.runs.map(run => run.name))].join(' and ');
    byId('about').textContent = run.about;
    byId('facts').replaceChildren(...(many ? [] : factsOf(run)));
    const articles = state.runs.map(run => headlineOf(run, many));
    if (many)
        articles.push(make('p', {class: 'difference'}, state.difference
            ? make('button', {type: 'button', id: 'to-difference'},
                   'First difference, event ' + state.difference.event + ': ' + state.difference.text)
            : 'The logs are equal.'));
    byId('headlines').replaceChildren(...articles);
    byId('footer').textContent = 'prisim ' + run.prisim + ' \u00b7 ' + state.runs.map(run => run.source + ', ' +
        run.cycle.length + ' events').join(' \u00b7 ');
};

function row(name, value) {
    return make('tr', {}, make('th', {scope: 'row'}, name), make('td', {}, value));
}

function shown(value) {
    return value === null ? '\u2013' : value === '' ? '(none)' : String(value);
}

function eventTable(run, event) {
    const type = run.types[run.type[event]];
    const rows = [row('cycle', String(run.cycle[event])), row('where', run.lanes[run.lane[event]].name)];
    type.fields.forEach((name, i) => {
        const value = run.values[event][i];
        rows.push(row(name, shown(value)));
        if (typeof value === 'string' && run.causes[value])
            rows.push(make('tr', {class: 'why'}, make('td', {colspan: '2'}, run.causes[value])));
    });
    return make('table', {class: 'fields', 'aria-label': 'fields of the event'}, make('tbody', {}, ...rows));
}

const ENDS = {
    answered: 'answered', auto_answered: 'answered by the PRI queue itself', dropped: 'dropped',
    discarded: 'taken out, no answer', ignored: 'answered, and the answer ignored',
    seen: 'taken out: a Stop Marker has no answer', open: 'open at the end of the log',
};

function requestPart(state, run, index) {
    const request = run.requests[index], list = make('ol', {class: 'path', 'aria-label': 'path of the request'});
    for (const [event] of request.path) {
        const chosen = event === state.selection.event;
        const point = make('b', {}, run.point(event) || '\u00b7');
        const step = make('button', {type: 'button', class: chosen ? 'chosen' : ''}, point,
                          ' ' + run.cycle[event] + ' ' + run.typeName(event));
        step.addEventListener('click', () => prisim.select({run, event, request: index}));
        list.append(make('li', {}, step));
    }
    const facts = ['PASID ' + request.pasid, 'PRGI ' + request.prgi];
    if (request.kind === 'request')
        facts.push('address ' + request.address, request.access);
    const own = make('p', {}, 'made under ', make('b', {}, prisim.bindingName(run, request.binding)),
        ...(request.served < 0 ? [] : [', served in ', make('b', {class: request.wrong ? 'bad' : ''},
                                                            prisim.bindingName(run, request.served))]));
    return [make('h3', {}, request.name), make('p', {}, facts.join(', ')), own,
            make('p', {}, ENDS[request.end] || request.end), list];
}

function findingsAt(run, event) {
    return run.findings.filter(finding => finding.event === event).map(finding =>
        make('p', {class: 'bad'}, make('b', {}, finding.hazard),
             ': ' + finding.text + '; premises: ' + finding.premises));
}

prisim.fillSelected = function (state) {
    const chosen = state.selection, panel = byId('selected');
    if (!chosen || chosen.event < 0) {
        panel.replaceChildren(make('h2', {}, 'Selected'), make('p', {class: 'hint'},
            'Click a request, an event or a band, or search. [ and ] go through the events of a request; ' +
            '? shows all keys.'));
        return;
    }
    const {run, event} = chosen, type = run.types[run.type[event]];
    const title = make('h2', {}, make('b', {class: 'point'}, type.point), ' ' + type.name);
    const said = [make('p', {class: 'saying'}, run.words[event] || type.about)];
    if (run.words[event])
        said.push(make('p', {class: 'dim'}, type.about));
    panel.replaceChildren(title, ...said, ...findingsAt(run, event), eventTable(run, event),
        ...(chosen.request >= 0 ? requestPart(state, run, chosen.request) : []));
};

const MOST_LISTED = 200;

prisim.fillHazards = function (state) {
    const items = [];
    const add = (what, kind, mark, name, text) => {
        const button = make('button', {type: 'button', class: 'finding ' + kind}, make('span', {class: 'mark'}, mark),
                            make('span', {class: 'told'}, make('b', {}, name), text));
        button.addEventListener('click', () => prisim.jump(what));
        items.push(make('li', {}, button));
    };
    for (const run of state.runs) {
        run.findings.slice(0, MOST_LISTED).forEach((finding, i) =>
            add({run, event: finding.event, request: finding.request}, 'hazard', String(i + 1), finding.hazard,
                ' at ' + finding.cycle + ': ' + finding.text + '; premises: ' + finding.premises));
        run.premises.slice(0, MOST_LISTED).forEach(event =>
            add({run, event, request: -1}, 'premise', '!', 'premise broken',
                ' at ' + run.cycle[event] + ': ' + run.saying(event)));
    }
    const all = state.runs.reduce((sum, run) => sum + run.findings.length + run.premises.length, 0);
    if (all > items.length)
        items.push(make('li', {class: 'hint'}, 'and ' + (all - items.length) + ' more: h goes through all of them'));
    const judged = state.runs.every(run => run.judged);
    byId('hazards').replaceChildren(make('h2', {}, 'Hazards'), items.length ? make('ul', {}, ...items)
        : make('p', {class: 'hint'}, judged ? 'None.' : 'Not known: the log was not judged.'));
};

function swatch(draw) {
    const canvas = make('canvas', {width: '88', height: '32', 'aria-hidden': 'true'}), ctx = canvas.getContext('2d');
    ctx.scale(2, 2);
    draw(ctx);
    return canvas;
}

function bar(ctx, look) {
    ctx.fillStyle = look.color;
    ctx.fillRect(2, 4, 40, 8);
    ctx.strokeStyle = prisim.ink.ground;
    ctx.lineWidth = 1.5;
    ctx.setLineDash(look.dash);
    ctx.beginPath();
    if (look.dash.length)
        ctx.moveTo(5, 8), ctx.lineTo(39, 8);
    ctx.stroke();
    ctx.setLineDash([]);
}

const MOST_IN_LEGEND = 8;

prisim.fillLegend = function (state) {
    const items = [], add = (draw, text) => items.push(make('li', {}, swatch(draw), ' ' + text));
    const longest = state.runs.reduce((a, b) => b.bindings.length > a.bindings.length ? b : a);
    longest.bindings.slice(0, MOST_IN_LEGEND).forEach((binding, i) => add(ctx => bar(ctx, prisim.bindingLook(i)),
        'made under binding ' + binding.number + ': space ' + binding.space + ', ' + binding.endpoint + ' PASID ' +
            binding.pasid));
    if (longest.bindings.length > MOST_IN_LEGEND)
        items.push(make('li', {}, 'and ' + (longest.bindings.length - MOST_IN_LEGEND) +
                        ' more bindings, their names in their bands'));
    const look = prisim.bindingLook(0), other = prisim.bindingLook(1);
    if (state.runs.some(run => run.wrong.length))
        add(ctx => {
            ctx.fillStyle = look.color, ctx.fillRect(4, 2, 36, 11);
            ctx.fillStyle = other.color, ctx.fillRect(4, 5, 36, 5);
            ctx.strokeStyle = prisim.ink.hazard, ctx.lineWidth = 1.5, ctx.strokeRect(3, 1, 38, 13);
        }, 'served in a space that is not its own (inner colour)');
    if (state.runs.some(run => run.requests.some(request => request.kind === 'marker')))
        add(ctx => {
            ctx.strokeStyle = look.color, ctx.lineWidth = 1.5, ctx.setLineDash([3, 2]), ctx.strokeRect(3, 4, 38, 8);
        }, 'Stop Marker');
    add(ctx => {
        ctx.fillStyle = prisim.hatch(ctx, look.color, 8), ctx.fillRect(2, 2, 40, 12);
    }, 'PASID is being unbound; a gap: nobody\u2019s');
    add(ctx => {
        ctx.fillStyle = prisim.ink.ink, ctx.fillRect(12, 3, 1, 10);
        ctx.fillStyle = prisim.ink.dim, ctx.fillRect(24, 5, 1, 8), ctx.fillRect(31, 5, 1, 8);
    }, 'event with a point, other events; E endpoint, H SMMU and queue, I interrupt, S software, R response, U unbind');
    add(ctx => {
        ctx.fillStyle = prisim.hatch(ctx, prisim.ink.dim, 6), ctx.fillRect(10, 0, 24, 16);
    }, 'idle stretch, folded: the axis says the cycles left out');
    byId('legend').replaceChildren(make('h2', {}, 'Legend'), make('ul', {}, ...items));
};

})(window.prisim = window.prisim || {});
