// SPDX-License-Identifier: Apache-2.0
//
// Draws the lanes: grounds, events as ticks, page requests as bars with the lines that lead to the next lane. What
// falls on one pixel is drawn once. `to` is where to draw: {ctx, view, state}.
(function (prisim) {
'use strict';

// Pixels that a bar of a lane has on average: from so many on, dashes and ends are drawn, and lines between the lanes.
// Of the whole run, not of what is seen, so that a pan changes nothing.
const FINE = 5, LINKED = 2;

// Which bars of a lane can be seen, as [first, behind the last).
function seenBars(lane, view) {
    return [prisim.lowerBound(lane.reach, view.left - 8 / view.pixels),
            prisim.lowerBound(lane.from, view.right(), true)];
}
prisim.seenBars = seenBars;

prisim.drawGrounds = function (to) {
    const {ctx, view, state} = to;
    let odd = false;
    for (const row of state.layout.rows) {
        odd = row.kind === 'lane' && !odd;
        ctx.fillStyle = row.kind === 'lane' && odd ? prisim.ink.lane : prisim.ink.ground;
        ctx.fillRect(0, row.y, view.width, row.h);
        ctx.fillStyle = prisim.ink.line;
        ctx.fillRect(0, row.y, view.width, 1);
    }
};

// Calls draw for each pixel on which some of these units fall.
function drawEach(view, units, draw) {
    const end = prisim.lowerBound(units, view.right(), true);
    let i = prisim.lowerBound(units, view.left);
    const jump = end - i > 8 * view.width;
    while (i < end) {
        const x = Math.floor(view.x(units[i]));
        draw(x);
        if (jump)
            i = Math.max(i + 1, prisim.lowerBound(units, view.units(x + 1)));
        else
            while (++i < end && view.x(units[i]) < x + 1)
                ;
    }
}

prisim.drawTicks = function (to, row) {
    const {ctx, view} = to, {run} = row;
    const top = prisim.tickTop(row);
    ctx.fillStyle = prisim.ink.faint;
    drawEach(view, run.laneUnits[row.lane], x => ctx.fillRect(x, top, 1, prisim.TICK));
    ctx.fillStyle = prisim.ink.ink;
    drawEach(view, run.pointUnits[row.lane], x => ctx.fillRect(x, top - 2, 1, prisim.TICK + 2));
};

// The part of a bar in which a space serves it that is not its own: its colour over the bar's.
function drawServed(to, bar, request, y, h) {
    const {ctx, view, state} = to;
    const x0 = view.x(state.scale.toUnits(Math.max(request.part.from, bar.from)));
    const x1 = view.x(state.scale.toUnits(Math.min(request.part.to, bar.to)));
    if (request.part.from > bar.to || request.part.to < bar.from || x1 < x0)
        return;
    const inset = Math.max(1, Math.round(h / 4));
    ctx.fillStyle = prisim.bindingLook(request.served).color;
    ctx.fillRect(x0, y + inset, Math.max(x1 - x0, 2), h - 2 * inset);
    ctx.strokeStyle = prisim.ink.hazard;
    ctx.setLineDash([]);
    ctx.lineWidth = 1.5;
    ctx.strokeRect(x0 - 0.5, y - 1, Math.max(x1 - x0, 2) + 1, h + 2);
}

function drawBar(to, bar, request, run, x0, x1, fine) {
    const {ctx} = to;
    const y = prisim.barTop(run, bar), h = prisim.barHeight(run, bar);
    const look = prisim.bindingLook(request.binding);
    const w = Math.max(x1 - x0, 1);
    if (request.kind === 'marker') {
        ctx.fillStyle = prisim.ink.ground;
        ctx.fillRect(x0, y + 1, w, h - 2);
        ctx.strokeStyle = look.color;
        ctx.lineWidth = 1.5;
        ctx.setLineDash(fine ? [3, 2] : []);
        ctx.strokeRect(x0, y + 1, w, h - 2);
        ctx.setLineDash([]);
        return;
    }
    ctx.fillStyle = look.color;
    ctx.fillRect(x0, y, w, h);
    if (fine && w > 14 && look.dash.length) {
        ctx.strokeStyle = prisim.ink.ground;
        ctx.lineWidth = 1.5;
        ctx.setLineDash(look.dash);
        ctx.beginPath();
        ctx.moveTo(x0 + 3, y + h / 2);
        ctx.lineTo(x1 - 3, y + h / 2);
        ctx.stroke();
        ctx.setLineDash([]);
    }
    if (request.wrong && request.part)
        drawServed(to, bar, request, y, h);
}

// How a request ends: answered a disc, by the queue itself a ring, dropped or discarded a cross, ignored a small ring.
function drawEnd(to, bar, request, run, x) {
    const {ctx} = to;
    const y = prisim.barTop(run, bar) + prisim.barHeight(run, bar) / 2, r = 4.5;
    ctx.strokeStyle = ctx.fillStyle = prisim.bindingLook(request.binding).color;
    ctx.lineWidth = 2;
    ctx.beginPath();
    if (request.kind === 'marker') {
        ctx.moveTo(x, y - r - 1), ctx.lineTo(x + r + 1, y), ctx.lineTo(x, y + r + 1), ctx.lineTo(x - r - 1, y);
        ctx.closePath();
        ctx.stroke();
    } else if (request.end === 'open') {
        ctx.moveTo(x - r, y - r), ctx.lineTo(x + r, y), ctx.lineTo(x - r, y + r);
        ctx.fill();
    } else if (request.end === 'dropped' || request.end === 'discarded') {
        ctx.strokeStyle = prisim.ink.ink;
        ctx.moveTo(x - r, y - r), ctx.lineTo(x + r, y + r), ctx.moveTo(x - r, y + r), ctx.lineTo(x + r, y - r);
        ctx.stroke();
    } else {
        ctx.arc(x, y, request.end === 'ignored' ? 3 : r, 0, 2 * Math.PI);
        request.end === 'answered' ? ctx.fill() : ctx.stroke();
    }
}

// The line from the end of a bar to the beginning of the next.
function drawLink(to, bar, request, run, x, fine) {
    const {ctx} = to, next = bar.next;
    const y0 = prisim.barTop(run, bar), y1 = prisim.barTop(run, next);
    const down = y1 > y0;
    ctx.fillStyle = prisim.bindingLook(request.binding).color;
    const top = (down ? y0 : y1), bottom = down ? y1 + prisim.barHeight(run, next) : y0 + prisim.barHeight(run, bar);
    const left = fine ? x - 0.75 : x, w = fine ? 1.5 : 1;
    if (request.kind !== 'marker')
        ctx.fillRect(left, top, w, bottom - top);
    else
        for (let y = top; y < bottom; y += 5)
            ctx.fillRect(left, y, w, 3);
}

// Bars narrower than this are, where there are many, one mark for each pixel: over the rows that they are in.
const THIN = 2;

// Gathers thin bars of a lane and draws them a pixel at a time.
function makeThin(to, run, row) {
    const {ctx} = to;
    let x = -1, low = 0, high = 0, binding = 0;
    const flush = () => {
        if (x < 0)
            return;
        const top = prisim.barTop(run, {lane: row.lane, row: low});
        ctx.fillStyle = prisim.bindingLook(binding).color;
        ctx.fillRect(x, top, 1, (high - low) * row.pitch + row.bar);
        x = -1;
    };
    const add = (at, bar, owner) => {
        if (at === x && owner === binding) {
            low = Math.min(low, bar.row), high = Math.max(high, bar.row);
            return;
        }
        flush();
        x = at, low = high = bar.row, binding = owner;
    };
    return {add, flush};
}

prisim.drawBars = function (to, row) {
    const {view} = to, {run} = row, lane = run.barsOf[row.lane];
    const [first, end] = seenBars(lane, view);
    const each = to.state.scale.end * view.pixels / Math.max(lane.bars.length, 1), fine = each > FINE;
    const thin = makeThin(to, run, row), linked = new Int32Array(run.lanes.length).fill(-9999);
    for (let i = first; i < end; ++i) {
        const bar = lane.bars[i], request = run.requests[bar.request];
        const x0 = view.x(lane.from[i]), x1 = view.x(lane.to[i]), pixel = Math.floor(x1);
        if (each > LINKED && bar.next && linked[bar.next.lane] !== pixel) {
            linked[bar.next.lane] = pixel;
            drawLink(to, bar, request, run, Math.round(x1), fine);
        }
        if (!fine && x1 - x0 < THIN && !request.wrong) {
            thin.add(Math.max(Math.floor(x0), 0), bar, request.binding);
            continue;
        }
        drawBar(to, bar, request, run, fine ? x0 : Math.floor(x0), fine ? x1 : Math.ceil(x1), fine);
        if (fine && !bar.next)
            drawEnd(to, bar, request, run, x1);
    }
    thin.flush();
};

})(window.prisim = window.prisim || {});
