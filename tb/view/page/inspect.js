// SPDX-License-Identifier: Apache-2.0
//
// Says what the picture shows and where, in pixels of the window, for tests. It changes nothing.
(function (prisim) {
'use strict';

function requestSeen(state, run, index, left, top) {
    const request = run.requests[index], {view, scale} = state;
    const x = cycle => left + state.gutter + view.x(scale.toUnits(cycle));
    return {
        index, name: request.name, kind: request.kind, color: prisim.bindingLook(request.binding).color,
        dash: prisim.bindingLook(request.binding).dash, wrong: request.wrong,
        servedColor: request.served < 0 ? null : prisim.bindingLook(request.served).color,
        bars: request.stays.map(bar => ({
            lane: run.lanes[bar.lane].name, from: bar.from, to: bar.to, x0: x(bar.from), x1: x(bar.to),
            y: top + prisim.barTop(run, bar) + prisim.barHeight(run, bar) / 2, h: prisim.barHeight(run, bar),
        })),
        served: request.wrong && request.part ? {x0: x(request.part.from), x1: x(request.part.to)} : null,
    };
}

function runSeen(state, run, left, top) {
    const {view, scale} = state;
    const x = cycle => left + state.gutter + view.x(scale.toUnits(cycle));
    const rows = state.layout.rows.filter(row => row.run === run);
    const bands = rows.filter(row => row.kind === 'bindings').flatMap(row => row.owner.bindings.map(index => {
        const binding = run.bindings[index], span = prisim.bindingSpan(run, binding);
        return {number: binding.number, space: binding.space, color: prisim.bindingLook(index).color, x0: x(span.from),
                x1: x(span.to), unbinding: span.unbinding === Infinity ? null : x(span.unbinding),
                y: top + row.y, h: row.h};
    }));
    const visible = run.requests.flatMap((request, index) =>
        request.stays.some(bar => scale.toUnits(bar.to) >= view.left &&
                                  scale.toUnits(bar.from) <= view.right()) ? [index] : []);
    return {
        headline: prisim.headline(run),
        rows: rows.map(row => ({kind: row.kind, name: row.label, y: top + row.y, h: row.h})),
        bindings: bands, requests: visible.slice(0, 200).map(index => requestSeen(state, run, index, left, top)),
        series: rows.filter(row => row.kind === 'series').map(row => {
            const series = run.series[row.series];
            return {name: series.name, steps: series.steps.slice(0, 200).map(([cycle, value]) =>
                ({cycle, value, x: x(cycle), y: top + prisim.seriesY(row, series, value)}))};
        }),
        findings: run.findings.map(finding => {
            const place = finding.event < 0 ? null : prisim.placeOf({view, state}, run, finding.event, finding.stay);
            return place && {hazard: finding.hazard, x: left + state.gutter + place.x, y: top + place.y};
        }),
    };
}

// What is on the picture now. Each x and y is of the window, so that a screenshot can be asked for the pixel there.
prisim.inspect = function () {
    const {state} = prisim, box = state.canvas.getBoundingClientRect(), texts = [];
    prisim.drawPicture(state, texts);
    const chosen = state.selection;
    return {
        ready: document.documentElement.dataset.ready === 'true', theme: document.documentElement.dataset.theme,
        ink: prisim.ink, frames: state.frames, heavy: state.heavy,
        picture: {x: box.left, y: box.top, w: box.width, h: box.height, gutter: state.gutter},
        view: {from: state.scale.toCycle(state.view.left), to: state.scale.toCycle(state.view.right()),
               pixels: state.view.pixels},
        folding: state.folding,
        folds: prisim.seenFolds(state.view, state.scale).map(fold => ({from: fold.from, to: fold.to,
            x0: box.left + state.gutter + state.view.x(fold.u0), x1: box.left + state.gutter + state.view.x(fold.u1)})),
        runs: state.runs.map(run => runSeen(state, run, box.left, box.top)),
        texts: texts.map(text => ({...text, x: text.x + box.left, y: text.y + box.top})),
        selection: chosen && {run: chosen.run.number, event: chosen.event, request: chosen.request},
        search: {query: state.search.query, at: state.search.at,
                 hits: state.search.hits.map(hit => [hit.run.number, hit.event])},
        difference: state.difference,
    };
};

})(window.prisim = window.prisim || {});
