// SPDX-License-Identifier: Apache-2.0
//
// Mouse, pen and finger on the picture: the wheel zooms, dragging pans, a click selects, hovering tells.
(function (prisim) {
'use strict';

const CLICK = 4; // pixels that a click may wander

function tell(state, event) {
    const tip = document.getElementById('tip');
    const hit = event ? prisim.hitAt(state, event.offsetX, event.offsetY) : null;
    tip.hidden = !hit;
    state.canvas.style.cursor = hit ? 'pointer' : 'grab';
    if (!hit)
        return;
    const {run} = hit;
    tip.textContent = hit.series ? hit.series.name + ': ' + hit.value + ' ' + hit.series.unit
        : hit.binding !== undefined ? prisim.bindingName(run, hit.binding)
        : (hit.request >= 0 ? run.requests[hit.request].name + ' \u00b7 ' : '') +
          [run.point(hit.event), run.cycle[hit.event], run.typeName(hit.event)].filter(part => part !== '').join(' ');
    const x = Math.min(event.offsetX + 14, state.gutter + state.view.width - tip.offsetWidth - 4);
    tip.style.transform = 'translate(' + Math.max(x, 0) + 'px,' + (event.offsetY + 16) + 'px)';
}

function onWheel(state, event) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        state.view.pan((event.deltaX || event.deltaY) * unit);
    else
        state.view.zoom(Math.exp(-event.deltaY * unit / 400), Math.max(event.offsetX - state.gutter, 0));
    prisim.moved();
}

prisim.listenToPointer = function (state) {
    const {canvas} = state;
    let drag = null;
    canvas.addEventListener('wheel', event => onWheel(state, event), {passive: false});
    canvas.addEventListener('pointerdown', event => {
        if (event.button !== 0)
            return;
        drag = {x: event.clientX, from: event.clientX, moved: false};
        canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', event => {
        if (!drag) {
            tell(state, event);
            return;
        }
        drag.moved = drag.moved || Math.abs(event.clientX - drag.from) > CLICK;
        if (!drag.moved)
            return;
        tell(state, null);
        state.view.pan(drag.x - event.clientX);
        drag.x = event.clientX;
        prisim.moved();
    });
    canvas.addEventListener('pointerup', event => {
        const clicked = drag && !drag.moved;
        drag = null;
        if (!clicked)
            return;
        const hit = prisim.hitAt(state, event.offsetX, event.offsetY);
        prisim.select(hit && hit.event >= 0 ? hit : null);
    });
    canvas.addEventListener('pointercancel', () => drag = null);
    canvas.addEventListener('pointerleave', () => tell(state, null));
};

})(window.prisim = window.prisim || {});
