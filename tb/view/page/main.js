// SPDX-License-Identifier: Apache-2.0
//
// Puts the page together: reads the runs, keeps what is shown, and draws when that changes.
(function (prisim) {
'use strict';

const HEAVY = 4000; // events from which the picture is kept in tiles
const SPARE = 5;    // ms that must be left of a frame for a tile
const PAPER = 900;  // pixels over a sheet
const byId = id => document.getElementById(id);
let state = null;
let asked = false, foreseeing = false, settling = 0;

function measure(text) {
    prisim.setFont(state.ctx, 'plain');
    return prisim.widthOf(state.ctx, text);
}

function draw() {
    asked = false;
    prisim.drawPicture(state, null);
    state.frames += 1;
    document.documentElement.dataset.ready = 'true';
    if (state.heavy && !foreseeing)
        requestIdleCallback(foresee);
    foreseeing = state.heavy;
}

// In the time that a frame leaves, what the next ones may need.
function foresee(idle) {
    foreseeing = idle.timeRemaining() < SPARE || prisim.foresee(state);
    if (foreseeing)
        requestIdleCallback(foresee);
}

function ask() {
    if (!asked)
        requestAnimationFrame(draw);
    asked = true;
}

// The window moved: the picture follows at once, the table when it stands still.
prisim.moved = function () {
    ask();
    clearTimeout(settling);
    if (byId('events').open)
        settling = setTimeout(() => prisim.fillTable(state), 250);
};

function rescale() {
    const old = state.scale, view = state.view;
    const from = old && old.toCycle(view.left), to = old && old.toCycle(view.right());
    state.scale = prisim.makeScale(state.runs, state.folding);
    state.runs.forEach(run => prisim.placeInUnits(run, state.scale));
    state.view = prisim.makeView(state.scale, state.width - state.gutter);
    state.changed += 1;
    if (old)
        state.view.show(state.scale.toUnits(from), state.scale.toUnits(to));
}

// Fits the canvas to its frame, of `width` pixels.
function resize(width, ratio) {
    state.width = width;
    state.ratio = ratio;
    state.gutter = prisim.gutter(width);
    state.layout = prisim.layOut(state.runs, width - state.gutter, measure);
    state.canvas.width = Math.round(width * ratio);
    state.canvas.height = Math.round(state.layout.height * ratio);
    state.canvas.style.height = state.layout.height + 'px';
    state.changed += 1;
    if (state.view) {
        const right = state.view.right();
        state.view.width = width - state.gutter;
        state.view.show(state.view.left, right);
    }
}

// Puts the picture on whole pixels: between two, it would be blurred.
function align() {
    const figure = byId('figure');
    figure.style.marginTop = '0';
    const top = figure.getBoundingClientRect().top + window.scrollY;
    figure.style.marginTop = Math.ceil(top) - top + 'px';
}

function fit() {
    align();
    resize(Math.max(byId('figure').clientWidth, 240), window.devicePixelRatio || 1);
    ask();
}

prisim.pan = by => (state.view.pan(by * state.view.width / 8), prisim.moved());
prisim.zoom = function (by) {
    const chosen = state.selection;
    const x = chosen && chosen.event >= 0 ? state.view.x(chosen.run.units[chosen.event]) : -1;
    state.view.zoom(by > 0 ? 1.5 : 1 / 1.5, x >= 0 && x <= state.view.width ? x : state.view.width / 2);
    prisim.moved();
};
prisim.showAll = () => (state.view.show(0, Infinity), prisim.moved());

prisim.showInteresting = function () {
    const parts = state.runs.map(prisim.interesting);
    const from = state.scale.toUnits(Math.min(...parts.map(part => part.from)));
    const to = state.scale.toUnits(Math.max(...parts.map(part => part.to)));
    const margin = Math.max((to - from) * 0.04, 40);
    state.view.show(from - margin, to + margin);
    prisim.moved();
};

// Selects {run, event, request} or null; the picture stays where it is.
prisim.select = function (what) {
    state.selection = what && {run: what.run, event: what.event, request: what.request};
    prisim.fillSelected(state);
    prisim.fillTable(state);
    ask();
};

// Selects, and brings it into the window.
prisim.jump = function (what) {
    if (what.event >= 0)
        state.view.bring(what.run.units[what.event]);
    prisim.select(what);
    prisim.moved();
};

prisim.stepEvent = function (by) {
    const chosen = state.selection;
    if (!chosen || chosen.request < 0)
        return;
    const events = chosen.run.requests[chosen.request].path.map(([event]) => event);
    const at = events.indexOf(chosen.event);
    const next = at >= 0 ? at + by : by > 0 ? 0 : events.length - 1;
    if (next >= 0 && next < events.length)
        prisim.jump({...chosen, event: events[next]});
};

prisim.stepLog = function (by) {
    const run = state.selection ? state.selection.run : state.runs[0];
    const at = state.selection ? state.selection.event + by
                               : prisim.lowerBound(run.cycle, state.scale.toCycle(state.view.left));
    if (at >= 0 && at < run.cycle.length)
        prisim.jump({run, event: at, request: run.requestOf[at]});
};

prisim.stepRequest = function (by) {
    const chosen = state.selection, run = chosen ? chosen.run : state.runs[0];
    const from = chosen && chosen.request >= 0 ? chosen.request + by : by > 0 ? 0 : run.requests.length - 1;
    const request = run.requests[from];
    if (request)
        prisim.jump({run, request: from, event: request.path[0][0]});
};

// Goes on in a list of {run, event, request}: behind (before) the one selected.
function stepIn(list, by) {
    const chosen = state.selection;
    const at = chosen ? list.findIndex(item => item.run === chosen.run && item.event === chosen.event) : -1;
    if (list.length)
        prisim.jump(list[(at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by + list.length) % list.length]);
}

prisim.stepHazard = function (by) {
    const all = state.runs.flatMap(run => {
        const seen = new Set();
        const found = run.findings.map(finding => ({run, event: finding.event, request: finding.request}));
        return found.concat(run.premises.map(event => ({run, event, request: -1})))
            .filter(item => item.event >= 0 && !seen.has(item.event) && seen.add(item.event));
    });
    stepIn(all, by);
};

prisim.showDifference = function () {
    if (!state.difference)
        return;
    const {event} = state.difference, run = state.runs.find(run => event < run.cycle.length);
    prisim.jump({run, event, request: run.requestOf[event]});
};

function search() {
    const {search} = state, query = byId('query').value.trim();
    if (query === search.query)
        return;
    search.query = query;
    search.hits = prisim.find(state.runs, query);
    search.at = -1;
    byId('hits').textContent = query ? search.hits.length + (search.hits.length === 1 ? ' hit' : ' hits') : '';
    ask();
}

prisim.stepHit = function (by) {
    search();
    const {hits} = state.search;
    if (!hits.length)
        return;
    const units = hit => hit.run.units[hit.event];
    let at = state.search.at + by;
    if (state.search.at < 0) { // the first that the window shows, or behind it
        const seen = hits.findIndex(hit => units(hit) >= state.view.left);
        at = by > 0 ? Math.max(seen, 0) : (seen <= 0 ? hits.length : seen) - 1;
    }
    state.search.at = (at + hits.length) % hits.length;
    const {run, event} = hits[state.search.at];
    byId('hits').textContent = state.search.at + 1 + ' of ' + hits.length;
    prisim.jump({run, event, request: run.requestOf[event]});
};

prisim.toSearch = () => (byId('query').focus(), byId('query').select());

prisim.toggleFolding = function () {
    state.folding = !state.folding;
    byId('folding').setAttribute('aria-pressed', String(state.folding));
    rescale();
    prisim.moved();
};

function theme(name) {
    prisim.setTheme(name);
    byId('theme').textContent = name === 'dark' ? 'Light' : 'Dark';
    state.changed += 1;
    prisim.fillLegend(state);
    ask();
}

prisim.toggleTheme = () => theme(prisim.isDark() ? 'light' : 'dark');
prisim.toggleTable = function () {
    byId('events').open = !byId('events').open;
    if (byId('events').open)
        byId('events').querySelector('summary').focus();
};

prisim.clear = function () {
    byId('query').blur();
    prisim.select(null);
};

// On paper: light, wide, sharp; afterwards as before.
function print() {
    const before = document.documentElement.dataset.theme;
    const wide = state.width, ratio = state.ratio;
    window.addEventListener('afterprint', () => {
        resize(wide, ratio);
        theme(before);
        draw();
    }, {once: true});
    resize(PAPER, 2);
    theme('light');
    draw();
}

function listen() {
    const on = (id, action) => byId(id).addEventListener('click', action);
    on('in', () => prisim.zoom(1));
    on('out', () => prisim.zoom(-1));
    on('frame', prisim.showInteresting);
    on('all', prisim.showAll);
    on('hazard', () => prisim.stepHazard(1));
    on('difference', prisim.showDifference);
    on('folding', prisim.toggleFolding);
    on('theme', prisim.toggleTheme);
    on('help', prisim.toggleKeys);
    on('next', () => prisim.stepHit(1));
    on('previous', () => prisim.stepHit(-1));
    on('table-back', () => prisim.fillTable(state, -1));
    on('table-on', () => prisim.fillTable(state, 1));
    byId('headlines').addEventListener('click',
        event => event.target.id === 'to-difference' && prisim.showDifference());
    byId('events').addEventListener('toggle', () => prisim.fillTable(state));
    byId('search').addEventListener('submit', event => event.preventDefault());
    let typing = 0;
    byId('query').addEventListener('input', () => {
        clearTimeout(typing);
        typing = setTimeout(search, 150);
    });
    new ResizeObserver(() => byId('figure').clientWidth !== state.width && !matchMedia('print').matches && fit())
        .observe(byId('figure'));
    window.addEventListener('beforeprint', print);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme(prisim.firstTheme()));
}

function start() {
    const runs = prisim.readRuns(), canvas = byId('picture');
    state = prisim.state = {
        runs, canvas, ctx: canvas.getContext('2d', {alpha: false}), scale: null, view: null, selection: null,
        folding: true, frames: 0, changed: 0, tiles: prisim.makeTiles(),
        search: {query: '', hits: [], at: -1}, table: {order: null, first: 0},
        difference: runs.length > 1 ? prisim.firstDifference(runs[0], runs[1]) : null,
        heavy: runs.reduce((sum, run) => sum + run.cycle.length, 0) > HEAVY,
    };
    prisim.setTheme(prisim.firstTheme());
    prisim.fillPage(state);
    prisim.fillSelected(state);
    prisim.fillHazards(state);
    prisim.fillLegend(state);
    byId('theme').textContent = prisim.isDark() ? 'Light' : 'Dark';
    byId('difference').hidden = !state.difference;
    byId('hazard').disabled = runs.every(run => !run.findings.length && !run.premises.length);
    align();
    resize(Math.max(byId('figure').clientWidth, 240), window.devicePixelRatio || 1);
    rescale();
    listen();
    prisim.listenToKeys();
    prisim.listenToPointer(state);
    prisim.showInteresting();
}

if (document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', start);
else
    start();

})(window.prisim = window.prisim || {});
