// SPDX-License-Identifier: Apache-2.0
//
// Writes on the picture: names of bindings and requests, points (E0, H1, U6 ...). What would lie on something that is
// written already is left out; what matters most is written first.
(function (prisim) {
'use strict';

const MOST = 60;       // bars or events of a lane that are still labelled
const MOST_PATHS = 10; // requests whose points are labelled
const LEAST_NAME = 20; // pixels of the shortest name
const INDENT = 56;     // of a request's name in its bar: its first points stand before it

// Keeps boxes that are taken, and says whether one more has room.
prisim.makeRoom = function () {
    const taken = [];
    const hits = (x, y, w, h) =>
        taken.some(box => x < box.x + box.w && box.x < x + w && y < box.y + box.h && box.y < y + h);
    return {
        take: (x, y, w, h) => { taken.push({x, y, w, h}); },
        free: (x, y, w, h) => !hits(x, y, w, h),
    };
};

// Writes at the first of these places that is free; false: nowhere. `halo`: on a ground of its own.
function writeSomewhere(to, text, places, color, kind, h, halo) {
    const {ctx, view} = to;
    const w = prisim.widthOf(ctx, text);
    for (const [x, y] of places) {
        if (x < 2 || x + w > view.width - 2 || !to.room.free(x - 1, y - h, w + 2, h + 1))
            continue;
        to.room.take(x - 1, y - h, w + 2, h + 1);
        if (halo) {
            ctx.lineJoin = 'round';
            ctx.lineWidth = 3;
            ctx.strokeStyle = prisim.ink.ground;
            ctx.strokeText(text, x, y);
        }
        ctx.fillStyle = color;
        to.write(text, x, y, kind);
        return true;
    }
    return false;
}

// A band's name where its open part is seen, "unbinding" in the hatched one.
prisim.labelBindings = function (to, row) {
    const {ctx, view, state} = to, {run} = row;
    if (row.h < 20)
        return;
    const x = cycle => Math.min(Math.max(view.x(state.scale.toUnits(cycle)), 0), view.width);
    prisim.setFont(ctx, 'bold');
    const inside = (texts, x0, x1, boxed) => {
        const text = texts.find(text => prisim.widthOf(ctx, text) + 14 <= x1 - x0);
        if (!text)
            return;
        const w = prisim.widthOf(ctx, text), at = boxed ? (x0 + x1 - w) / 2 : x0 + 8, y = row.y + row.h - 8;
        if (boxed) {
            ctx.fillStyle = prisim.ink.ground;
            ctx.fillRect(at - 4, row.y + 7, w + 8, row.h - 10);
        }
        ctx.fillStyle = prisim.ink.ink;
        to.write(text, at, y, 'binding');
    };
    let before = null;
    for (const index of row.owner.bindings) {
        const binding = run.bindings[index], span = prisim.bindingSpan(run, binding);
        const open = Math.min(span.unbinding, span.to), x1 = x(span.to);
        if (x1 - x(before === null ? span.from : before) < LEAST_NAME) {
            before = span.to;
            continue;
        }
        inside(['space ' + binding.space + ', binding ' + binding.number, 'space ' + binding.space, binding.space],
               x(span.from), x(open), false);
        if (span.unbinding < span.to)
            inside(['unbinding space ' + binding.space, 'unbinding ' + binding.space, 'unbinding'], x(open), x1, true);
        prisim.setFont(ctx, 'plain');
        if (before !== null)
            inside(['nobody\u2019s', '\u2205'], x(before), x(span.from), true);
        prisim.setFont(ctx, 'bold');
        before = span.to;
    }
};

// The mark of a request that is served in a space that is not its own.
function labelWrong(to, run, request) {
    const {ctx, view, state} = to;
    const x = view.x(state.scale.toUnits(request.part.from));
    const bar = prisim.servingStay(request);
    if (x < -400 || x > view.width + 20)
        return;
    const text = 'made under ' + prisim.bindingName(run, request.binding) +
                 ', served in ' + prisim.bindingName(run, request.served);
    prisim.setFont(ctx, 'bold');
    const w = prisim.widthOf(ctx, text), end = view.x(state.scale.toUnits(request.part.to));
    const top = prisim.barTop(run, bar) - 5, under = top + prisim.barHeight(run, bar) + 16;
    const places = [[x - w - 9, top], [x + 9, top], [Math.min(end, view.width) - w - 6, top], [x - w - 9, under],
                    [Math.max(6, view.width - w - 6), under]];
    writeSomewhere(to, text, places, prisim.ink.hazard, 'wrong', 12, true);
}

function labelNames(to, row, seen) {
    const {ctx, view} = to, {run} = row, lane = run.barsOf[row.lane];
    prisim.setFont(ctx, 'small');
    for (const i of seen) {
        const request = run.requests[lane.bars[i].request], bar = lane.bars[i];
        const x0 = Math.max(view.x(lane.from[i]), 0), x1 = Math.min(view.x(lane.to[i]), view.width);
        const own = request.binding < 0 ? '' : ', made under ' + prisim.bindingName(run, request.binding);
        const texts = request.kind === 'marker' ? [request.name, 'Stop Marker'] : [request.name + own, request.name];
        const text = texts.find(text => prisim.widthOf(ctx, text) + INDENT + 4 < x1 - x0);
        const top = prisim.barTop(run, bar);
        if (text)
            writeSomewhere(to, text, [[x0 + INDENT, top - 4]], prisim.ink.ink, 'request', 11, true);
    }
}

// The point, and what was decided there: the cause of S2, what R0 answers.
function pointTexts(run, event, alone) {
    const point = run.point(event), cause = run.field(event, 'cause');
    const said = point === 'S2' ? cause : point === 'R0' ? prisim.answer(run, event) : '';
    return alone && said ? [point + ' ' + said, point] : [point];
}

// The points of a request in the order of its path, those of one stay that are too near to each other as one text.
function pointsOf(to, run, request, alone) {
    const {view} = to, groups = [];
    let k = 0;
    for (const [event, lane] of request.path) {
        while (k + 1 < request.stays.length && request.stays[k].lane !== lane)
            ++k;
        const x = view.x(run.units[event]), last = groups.at(-1);
        if (!run.point(event) || x < 0 || x > view.width)
            continue;
        const texts = pointTexts(run, event, alone);
        if (last && last.stay === request.stays[k] && x - last.x < 18 * last.count && last.count < 4)
            last.texts = last.texts.map((text, i) => text + ' ' + (texts[i] || texts[0])), ++last.count;
        else
            groups.push({x, stay: request.stays[k], texts, count: 1});
    }
    return groups;
}

// Writes them at the beginning of its bars, or inside.
function labelPath(to, run, index, alone) {
    const {ctx} = to, request = run.requests[index];
    prisim.setFont(ctx, 'small');
    for (const {x, stay, texts} of pointsOf(to, run, request, alone)) {
        const top = prisim.barTop(run, stay) - 3, under = top + prisim.barHeight(run, stay) + 13;
        texts.some(text => {
            const w = prisim.widthOf(ctx, text);
            const places = [[x + 2, top], [x - w - 2, top], [x + 2, under], [x - w - 2, under]];
            return writeSomewhere(to, text, places, prisim.ink.dim, 'point', 10, true);
        });
    }
}

// Events with a point or a step of the timeline that no request is on: at their ticks.
function labelTicks(to, row) {
    const {view, ctx} = to, {run} = row;
    const events = run.labelled[row.lane], units = run.labelUnits[row.lane];
    const end = prisim.lowerBound(units, view.right(), true), first = prisim.lowerBound(units, view.left);
    if (end - first > 4 * MOST)
        return;
    prisim.setFont(ctx, 'small');
    const groups = []; // of those too near to each other to be written apart: up to four, or none
    for (let i = first; i < end && groups.length <= MOST; ++i) {
        const event = events[i], last = groups.at(-1);
        const x = view.x(units[i]), text = run.point(event) || run.words[event] || 'step ' + run.field(event, 'step');
        if (last && x - last.x < last.texts.length * 24)
            last.texts.push(text);
        else
            groups.push({x, texts: [text]});
    }
    const y = prisim.tickTop(row) - 3;
    for (const {x, texts} of groups.length > MOST ? [] : groups) {
        if (texts.length > 4)
            continue;
        const w = prisim.widthOf(ctx, texts.join(' '));
        writeSomewhere(to, texts.join(' '), [[x + 3, y], [x - w - 3, y]], prisim.ink.dim, 'point', 10, true);
    }
}

prisim.labelLanes = function (to) {
    const {state, view} = to;
    const lanes = state.layout.rows.filter(row => row.kind === 'lane');
    const chosen = state.selection;
    const seen = new Map();
    for (const row of lanes) {
        const [first, end] = prisim.seenBars(row.run.barsOf[row.lane], view);
        seen.set(row, end - first > MOST ? [] : Array.from({length: end - first}, (_, i) => first + i));
    }
    const requests = row => [...new Set(seen.get(row).map(i => row.run.barsOf[row.lane].bars[i].request))];
    for (const row of lanes)
        for (const index of requests(row)) {
            const request = row.run.requests[index], part = request.part;
            if (request.wrong && part && row.lane === prisim.servingStay(request).lane)
                labelWrong(to, row.run, request);
        }
    const all = new Set(lanes.flatMap(row => requests(row).map(index => row.run.number + ' ' + index)));
    if (chosen && chosen.request >= 0) {
        labelPath(to, chosen.run, chosen.request, true);
        all.delete(chosen.run.number + ' ' + chosen.request);
    }
    for (const row of lanes)
        labelNames(to, row, seen.get(row));
    for (const row of lanes)
        labelTicks(to, row);
    if (all.size > MOST_PATHS)
        return;
    for (const key of all) {
        const [number, index] = key.split(' ').map(Number);
        labelPath(to, state.runs[number], index, all.size <= MOST_PATHS / 2);
    }
};

// The stay in which a request is served.
prisim.servingStay = request =>
    request.stays.findLast(stay => stay.from <= request.part.from && stay.to >= request.part.from);

})(window.prisim = window.prisim || {});
