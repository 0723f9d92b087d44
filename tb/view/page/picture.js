// SPDX-License-Identifier: Apache-2.0
//
// Draws a frame: first what moves with the time axis, then what is written on it, then the names of the rows. When much
// is to be drawn, the first part is kept in tiles, so that a pan copies them.
(function (prisim) {
'use strict';

const TILE = 64, MOST_TILES = 96; // pixels; what a frame of a pan may have to draw anew

prisim.gutter = width => width < 560 ? 92 : 138;

function drawGround(to) {
    const {state} = to;
    prisim.drawGrounds(to);
    prisim.drawFolds(to);
    for (const row of state.layout.rows) {
        if (row.kind === 'bindings')
            prisim.drawBindings(to, row);
        if (row.kind === 'lane')
            prisim.drawTicks(to, row);
        if (row.kind === 'series')
            prisim.drawSeries(to, row);
    }
    for (const row of state.layout.rows)
        if (row.kind === 'lane')
            prisim.drawBars(to, row);
}

// A canvas for a tile: one that is not needed any more, or a new one.
function tileCanvas(state) {
    const canvas = state.tiles.spare.pop() || document.createElement('canvas');
    const [w, h] = [TILE * state.ratio, Math.round(state.layout.height * state.ratio)];
    if (canvas.width !== w || canvas.height !== h)
        [canvas.width, canvas.height] = [w, h];
    return canvas;
}

function makeTile(state, number) {
    const canvas = tileCanvas(state), ctx = canvas.getContext('2d', {alpha: false});
    ctx.setTransform(state.ratio, 0, 0, state.ratio, 0, 0);
    const view = Object.create(state.view);
    view.width = TILE;
    view.left = number * TILE / state.view.pixels;
    view.x = units => units * view.pixels - number * TILE;
    view.units = x => (x + number * TILE) / view.pixels;
    view.right = () => view.left + TILE / view.pixels;
    drawGround({ctx, view, state});
    return canvas;
}

// Tiles of one scale; those that were not used for longest go first.
prisim.makeTiles = () => ({key: '', kept: new Map(), spare: []});

// What all tiles have in common: another key, another picture.
const keyOf = state => [state.view.pixels, state.layout.height, state.ratio, state.changed].join(' ');

function drawTiles(to) {
    const {ctx, view, state} = to, {tiles} = state;
    const key = keyOf(state);
    if (tiles.key !== key)
        tiles.key = key, tiles.spare.push(...tiles.kept.values()), tiles.kept.clear();
    const left = Math.round(view.left * view.pixels);
    for (let number = Math.floor(left / TILE); number * TILE < left + view.width; ++number) {
        const tile = tiles.kept.get(number) || makeTile(state, number);
        tiles.kept.delete(number);
        tiles.kept.set(number, tile);
        ctx.drawImage(tile, number * TILE - left, 0, TILE, state.layout.height);
    }
    forget(tiles);
}

function forget(tiles) {
    while (tiles.kept.size > MOST_TILES) {
        const [oldest, canvas] = tiles.kept.entries().next().value;
        tiles.kept.delete(oldest);
        tiles.spare.push(canvas);
    }
    tiles.spare.length = Math.min(tiles.spare.length, MOST_TILES);
}

// Makes one tile beside the window, for a pan that may come; false: all of them are there.
prisim.foresee = function (state) {
    const {view, tiles} = state, left = Math.round(view.left * view.pixels);
    const first = Math.floor(left / TILE), last = Math.floor((left + view.width) / TILE);
    const missing = [last + 1, first - 1, last + 2, first - 2, last + 3, first - 3].find(number => !tiles.kept.has(number));
    if (!state.heavy || missing === undefined || tiles.key !== keyOf(state))
        return false;
    tiles.kept.set(missing, makeTile(state, missing));
    forget(tiles);
    return true;
};

function drawSelection(to) {
    const {ctx, view, state} = to, chosen = state.selection;
    if (!chosen)
        return;
    const {run} = chosen;
    ctx.strokeStyle = prisim.ink.select;
    ctx.setLineDash([]);
    if (chosen.request >= 0)
        for (const bar of run.requests[chosen.request].stays) {
            const x0 = view.x(state.scale.toUnits(bar.from)), x1 = view.x(state.scale.toUnits(bar.to));
            ctx.lineWidth = 2;
            const top = prisim.barTop(run, bar) - 2;
            ctx.strokeRect(Math.round(x0) - 2, top, x1 - x0 + 4, prisim.barHeight(run, bar) + 4);
        }
    if (chosen.event < 0)
        return;
    const x = Math.round(view.x(run.units[chosen.event])) + 0.5;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(x, run.top), ctx.lineTo(x, run.bottom);
    ctx.stroke();
    const place = prisim.placeOf(to, run, chosen.event, prisim.stayOf(run, chosen.request, chosen.event));
    ctx.lineWidth = 2.5;
    ctx.beginPath();
    ctx.arc(place.x, place.y, 9, 0, 2 * Math.PI);
    ctx.stroke();
}

// Hits of the search: a light line, and a triangle at the axis.
function drawHits(to) {
    const {ctx, view, state} = to;
    let last = -9;
    ctx.fillStyle = prisim.ink.hit;
    for (const hit of state.search.hits) {
        const x = Math.round(view.x(hit.run.units[hit.event]));
        if (x < 0 || x > view.width || x - last < 3)
            continue;
        last = x;
        ctx.globalAlpha = 0.35;
        ctx.fillRect(x - 1, hit.run.top, 2, hit.run.bottom - hit.run.top);
        ctx.globalAlpha = 1;
        ctx.beginPath();
        const foot = state.layout.axis;
        ctx.moveTo(x - 5, foot - 8), ctx.lineTo(x + 5, foot - 8), ctx.lineTo(x, foot);
        ctx.fill();
    }
}

// What is written on a frame is also kept, when somebody asks what is seen.
function writer(to, shift, texts) {
    return (text, x, y, kind) => {
        to.ctx.fillText(text, x, y);
        if (texts)
            texts.push({text, kind, x: x + shift, y, w: prisim.widthOf(to.ctx, text)});
    };
}

// Draws state on its canvas; texts: gets what is written where (for tests), or null.
prisim.drawPicture = function (state, texts) {
    const {ctx, view, layout} = state, gutter = state.gutter;
    const to = {ctx, view, state, room: prisim.makeRoom()};
    ctx.setTransform(state.ratio, 0, 0, state.ratio, gutter * state.ratio, 0);
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, 0, view.width, layout.height);
    ctx.clip();
    ctx.textBaseline = 'alphabetic';
    to.write = writer(to, gutter, texts);
    state.heavy ? drawTiles(to) : drawGround(to);
    prisim.drawAxis(to);
    drawHits(to);
    for (const run of state.runs)
        prisim.drawGuides(to, run);
    drawSelection(to);
    prisim.drawDifference(to);
    for (const run of state.runs)
        prisim.drawMarks(to, run);
    for (const row of layout.rows) {
        if (row.kind === 'bindings')
            prisim.labelBindings(to, row);
        if (row.kind === 'hazards')
            prisim.drawCallouts(to, row);
    }
    prisim.labelLanes(to);
    ctx.restore();
    ctx.setTransform(state.ratio, 0, 0, state.ratio, 0, 0);
    to.write = writer(to, 0, texts);
    prisim.drawNames(to, gutter);
    prisim.labelDifference(to, gutter);
};

})(window.prisim = window.prisim || {});
