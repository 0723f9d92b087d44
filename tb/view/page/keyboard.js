// SPDX-License-Identifier: Apache-2.0
//
// Keys: one table, which is also what ? shows.
(function (prisim) {
'use strict';

const KEYS = [
    [['ArrowLeft', 'ArrowRight'], '\u2190 \u2192', 'pan', key => prisim.pan(key === 'ArrowLeft' ? -1 : 1)],
    [['+', '=', '-', '_'], '+ \u2212', 'zoom in, zoom out (also the wheel)',
     key => prisim.zoom(key === '+' || key === '=' ? 1 : -1)],
    [['0'], '0', 'the whole run', () => prisim.showAll()],
    [['i'], 'i', 'the interesting part', () => prisim.showInteresting()],
    [['/'], '/', 'search', () => prisim.toSearch()],
    [['n', 'N'], 'n N', 'next hit, previous hit', key => prisim.stepHit(key === 'n' ? 1 : -1)],
    [['[', ']'], '[ ]', 'previous, next event of the selected request', key => prisim.stepEvent(key === ']' ? 1 : -1)],
    [[',', '.'], ', .', 'previous, next event of the log', key => prisim.stepLog(key === '.' ? 1 : -1)],
    [['r', 'R'], 'r R', 'next, previous page request', key => prisim.stepRequest(key === 'r' ? 1 : -1)],
    [['h', 'H'], 'h H', 'next, previous hazard', key => prisim.stepHazard(key === 'h' ? 1 : -1)],
    [['x'], 'x', 'first difference of two logs', () => prisim.showDifference()],
    [['f'], 'f', 'fold idle stretches, or not', () => prisim.toggleFolding()],
    [['d'], 'd', 'dark or light', () => prisim.toggleTheme()],
    [['t'], 't', 'the events as a table', () => prisim.toggleTable()],
    [['?'], '?', 'these keys', () => prisim.toggleKeys()],
    [['Escape'], 'Esc', 'select nothing, leave the search', () => prisim.clear()],
];

function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey)
        return;
    const writing = event.target.matches('input');
    if (writing && event.key === 'Enter') {
        event.preventDefault();
        prisim.stepHit(event.shiftKey ? -1 : 1);
        return;
    }
    if (writing && event.key !== 'Escape')
        return;
    const row = KEYS.find(([keys]) => keys.includes(event.key));
    if (!row)
        return;
    event.preventDefault();
    row[3](event.key);
}

prisim.toggleKeys = function () {
    const dialog = document.getElementById('keys');
    dialog.open ? dialog.close() : dialog.showModal();
};

prisim.listenToKeys = function () {
    const make = prisim.make, dialog = document.getElementById('keys');
    const close = make('button', {type: 'button'}, 'Close');
    const rows = KEYS.map(([, shown, about]) => make('tr', {}, make('th', {scope: 'row'}, shown),
                                                     make('td', {}, about)));
    close.addEventListener('click', () => dialog.close());
    dialog.replaceChildren(make('h2', {}, 'Keys'), make('table', {}, make('tbody', {}, ...rows)), close);
    document.addEventListener('keydown', onKey);
};

})(window.prisim = window.prisim || {});
