// SPDX-License-Identifier: Apache-2.0
//
// Draws what went wrong: a mark with its number where it happened, the checker's sentence above it, and for a request
// that was served in the wrong space a line from its making to the band it belongs to, and from its serving to the
// other.
(function (prisim) {
'use strict';

const RADIUS = 7, MOST_MARKS = 40;

// Where an event is: on this stay of the request that it is of, or at its tick.
prisim.placeOf = function (to, run, event, stay) {
    const row = run.rowOf[run.lane[event]];
    return {x: to.view.x(run.units[event]), y: stay ? prisim.barTop(run, stay) + prisim.barHeight(run, stay) / 2
                                                    : row ? prisim.tickTop(row) : run.top};
};

function drawMark(to, x, y, text, color) {
    const {ctx} = to;
    ctx.beginPath();
    ctx.arc(x, y, RADIUS, 0, 2 * Math.PI);
    ctx.fillStyle = color;
    ctx.fill();
    ctx.strokeStyle = prisim.ink.ground;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([]);
    ctx.stroke();
    ctx.fillStyle = prisim.ink.ground;
    prisim.setFont(ctx, 'mark');
    ctx.textAlign = 'center';
    to.write(text, x, y + 3.5, 'mark');
    ctx.textAlign = 'left';
    to.room.take(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
}

// So many findings that their numbers would hide each other: a speck for each pixel.
function drawSpecks(to, run, findings) {
    const {ctx} = to, used = new Set();
    ctx.fillStyle = prisim.ink.hazard;
    for (const finding of findings) {
        const {x, y} = prisim.placeOf(to, run, finding.event, finding.stay), key = Math.round(x / 3) + ' ' + y;
        if (!used.has(key))
            ctx.fillRect(Math.round(x / 3) * 3, y - 3, 2, 6);
        used.add(key);
    }
}

// Numbers of the findings at their events; those that would hide each other stand side by side, up to three.
prisim.drawMarks = function (to, run) {
    const {view} = to, used = new Map();
    const mark = (event, stay, text, color) => {
        if (event < 0)
            return;
        const place = prisim.placeOf(to, run, event, stay);
        if (place.x < -RADIUS || place.x > view.width + RADIUS)
            return;
        const key = Math.round(place.y), near = (used.get(key) || []).filter(x => Math.abs(x - place.x) < 5 * RADIUS);
        let x = place.x;
        while (near.some(other => Math.abs(other - x) < 2 * RADIUS - 1))
            x += 2 * RADIUS;
        if (x - place.x > 4 * RADIUS)
            return;
        used.set(key, (used.get(key) || []).concat(x));
        drawMark(to, x, place.y, text, color);
    };
    const seen = run.findings.filter(finding => finding.event >= 0 && run.units[finding.event] >= view.left &&
                                                run.units[finding.event] <= view.right());
    if (seen.length > MOST_MARKS) {
        drawSpecks(to, run, seen);
        return;
    }
    run.findings.forEach((finding, i) => mark(finding.event, finding.stay, String(i + 1), prisim.ink.hazard));
    run.premises.forEach(event => mark(event, null, '!', prisim.ink.premise));
};

// Where each callout stands: under its event if there is room, one level down if not, else left out.
function placeCallouts(to, run, row) {
    const {view} = to, placed = [];
    const apart = (x, w, other) => x > other.x + other.w + 6 || x + w + 6 < other.x;
    const free = (x, w, level) => placed.every(other => other.level !== level || apart(x, w, other));
    for (const callout of run.callouts) {
        const at = callout.event >= 0 ? view.x(run.units[callout.event])
            : view.x(to.state.scale.toUnits(callout.cycle));
        if (at < 0 || at > view.width)
            continue;
        prisim.breakCallout(callout, row.measure);
        const x = Math.max(4, Math.min(at - callout.w / 2, view.width - callout.w - 4));
        for (let level = 0; level < row.levels; ++level)
            if (free(x, callout.w, level)) {
                placed.push({callout, at, x, w: callout.w, level, y: row.y + 4 + level * row.level});
                break;
            }
    }
    return placed;
}
prisim.placeCallouts = placeCallouts;

function drawCallout(to, run, place) {
    const {ctx} = to, {callout, at, x, y} = place;
    const color = callout.kind === 'hazard' ? prisim.ink.hazard : prisim.ink.premise;
    ctx.fillStyle = prisim.ink.box;
    ctx.fillRect(x, y, callout.w, callout.h);
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.5;
    ctx.setLineDash(callout.kind === 'hazard' ? [] : [5, 3]);
    ctx.strokeRect(x, y, callout.w, callout.h);
    ctx.setLineDash([]);
    ctx.fillStyle = color;
    ctx.fillRect(x, y, 4, callout.h);
    prisim.setFont(ctx, 'bold');
    let line = y + prisim.BOX_EDGE + 10;
    to.write(prisim.fit(ctx, callout.title, callout.w - 18), x + 12, line, 'callout');
    prisim.setFont(ctx, 'plain');
    ctx.fillStyle = prisim.ink.ink;
    for (const text of callout.lines)
        to.write(text, x + 12, line += prisim.BOX_LINE, 'callout');
    to.room.take(x, y, callout.w, callout.h);
    const end = callout.event >= 0 ? prisim.placeOf(to, run, callout.event, callout.stay).y - RADIUS : y;
    ctx.fillStyle = color;
    ctx.fillRect(at - 0.75, y + callout.h, 1.5, Math.max(end - y - callout.h, 0));
}

// How many are beyond the edges, so that nobody takes a part for the whole.
function drawBeyond(to, run, row) {
    const {ctx, view} = to;
    const x = run.callouts.map(callout => view.x(to.state.scale.toUnits(callout.cycle)));
    const before = x.filter(x => x < 0).length, after = x.filter(x => x > view.width).length;
    prisim.setFont(ctx, 'bold');
    ctx.fillStyle = prisim.ink.hazard;
    if (before)
        to.write('\u25c2 ' + before + ' more', 6, row.y + row.h - 5, 'beyond');
    const text = after + ' more \u25b8';
    if (after)
        to.write(text, view.width - prisim.widthOf(ctx, text) - 6, row.y + row.h - 5, 'beyond');
}

prisim.drawCallouts = function (to, row) {
    const placed = placeCallouts(to, row.run, row);
    row.shown = placed.length;
    for (const place of placed)
        drawCallout(to, row.run, place);
    drawBeyond(to, row.run, row);
};

// Of a request that is served in the wrong space: when it was made and when it was served, up to the bands.
prisim.drawGuides = function (to, run) {
    const {ctx, view, state} = to;
    const line = (cycle, request, at, y, color) => {
        const band = state.layout.rows.find(row => row.kind === 'bindings' && row.run === run &&
                                            row.owner.bindings.includes(at));
        const x = Math.round(view.x(state.scale.toUnits(cycle)));
        if (!band || x < 0 || x > view.width)
            return;
        ctx.strokeStyle = color;
        ctx.lineWidth = 1.5;
        ctx.setLineDash([2, 3]);
        ctx.beginPath();
        ctx.moveTo(x, band.y + band.h - 3);
        ctx.lineTo(x, y);
        ctx.stroke();
        ctx.setLineDash([]);
        ctx.fillStyle = color;
        ctx.beginPath();
        const foot = band.y + band.h + 3;
        ctx.moveTo(x - 5, foot), ctx.lineTo(x + 5, foot), ctx.lineTo(x, foot - 8);
        ctx.fill();
    };
    const chosen = state.selection && state.selection.run === run ? state.selection.request : -1;
    const wrong = run.wrong.length <= 12 ? run.wrong : [];
    for (const index of new Set(wrong.concat(chosen >= 0 ? [chosen] : []))) {
        const request = run.requests[index], made = request.stays[0];
        if (request.binding >= 0)
            line(made.from, request, request.binding, prisim.barTop(run, made),
                 prisim.bindingLook(request.binding).color);
        if (request.wrong && request.part)
            line(request.part.from, request, request.served, prisim.barTop(run, prisim.servingStay(request)),
                 prisim.ink.hazard);
    }
};

})(window.prisim = window.prisim || {});
