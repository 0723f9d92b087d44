// SPDX-License-Identifier: Apache-2.0
//
// The events as a table: what the picture shows, for those who read or listen. A page of it at a time.
(function (prisim) {
'use strict';

const PAGE = 100;
const byId = id => document.getElementById(id);

// The events of all runs in the order of cycles, made when the table is first opened.
function order(state) {
    if (state.table.order)
        return state.table.order;
    const all = [];
    for (const run of state.runs)
        for (let event = 0; event < run.cycle.length; ++event)
            all.push({run, event});
    if (state.runs.length > 1)
        all.sort((a, b) => a.run.cycle[a.event] - b.run.cycle[b.event] || a.run.number - b.run.number ||
                 a.event - b.event);
    return state.table.order = all;
}

function rowOf(state, {run, event}) {
    const make = prisim.make, type = run.types[run.type[event]], chosen = state.selection;
    const fields = type.fields.map((name, i) => name + '=' + (run.values[event][i] ?? '\u2013')).join(' ');
    const found = run.findings.filter(finding => finding.event === event).map(finding => finding.hazard).join(', ');
    const open = make('button', {type: 'button'}, String(run.cycle[event]));
    open.addEventListener('click', () => prisim.jump({run, event, request: run.requestOf[event]}));
    const is = chosen && chosen.run === run && chosen.event === event;
    const cells = [make('td', {}, open), make('td', {}, run.lanes[run.lane[event]].name), make('td', {}, type.point),
                   make('td', {title: type.about}, type.name), make('td', {class: 'text'}, run.saying(event)),
                   make('td', {class: 'mono'}, fields), make('td', {class: 'bad'}, found)];
    if (state.runs.length > 1)
        cells.unshift(make('td', {}, String(run.number + 1)));
    return make('tr', is ? {class: 'chosen', 'aria-selected': 'true'} : {}, ...cells);
}

// Shows the page with what is selected, or with what the window begins with; `by` pages on from there.
prisim.fillTable = function (state, by) {
    if (!byId('events').open)
        return;
    const all = order(state), {table, selection} = state;
    if (by !== undefined) {
        table.first += by * PAGE;
    } else {
        const cycle = selection && selection.event >= 0 ? selection.run.cycle[selection.event]
                                                        : state.scale.toCycle(state.view.left);
        const at = all.findIndex(({run, event}) => run.cycle[event] >= cycle);
        table.first = (at < 0 ? all.length : at) - 10;
    }
    table.first = Math.max(0, Math.min(table.first, all.length - PAGE));
    const shown = all.slice(table.first, table.first + PAGE);
    const columns = ['cycle', 'where', 'point', 'event', 'what', 'fields', 'hazard'];
    const names = state.runs.length > 1 ? ['log', ...columns] : columns;
    const make = prisim.make, head = document.querySelector('#events thead');
    const body = document.querySelector('#events tbody');
    head.replaceChildren(make('tr', {}, ...names.map(name => make('th', {scope: 'col'}, name))));
    body.replaceChildren(...shown.map(item => rowOf(state, item)));
    byId('table-range').textContent =
        'events ' + (table.first + 1) + ' to ' + (table.first + shown.length) + ' of ' + all.length;
    byId('table-back').disabled = table.first === 0;
    byId('table-on').disabled = table.first + PAGE >= all.length;
};

})(window.prisim = window.prisim || {});
