// SPDX-License-Identifier: Apache-2.0
//
// Finds events: each word must hold. name=value asks for a field (of the event, or of the request it is of); a word
// alone for an event's name, its point, cause, lane, cycle, or the report's words.
(function (prisim) {
'use strict';

const ALIAS = {group: 'prgi'};

const number = text => /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : NaN;

// Is a field's value what is asked for? Numbers by value, in any base; texts by a part of them.
function equal(value, wanted) {
    if (value === undefined || value === null)
        return wanted === 'null' && value === null;
    const text = String(value).toLowerCase();
    const [a, b] = [number(text), number(wanted)];
    return Number.isNaN(a) || Number.isNaN(b) ? text.includes(wanted) : a === b;
}

// What a request says for the events of its path that have no such field.
function ofRequest(run, event, name) {
    const request = run.requests[run.requestOf[event]];
    if (!request)
        return undefined;
    if (name === 'binding' || name === 'served')
        return request[name] < 0 ? undefined : run.bindings[request[name]].number;
    return ['pasid', 'prgi', 'address', 'access', 'endpoint'].includes(name) ? request[name] : undefined;
}

function byField(name, wanted) {
    return (run, event) => {
        if (name === 'cycle')
            return run.cycle[event] === number(wanted);
        if (name === 'event')
            return run.typeName(event).includes(wanted);
        if (name === 'point')
            return run.point(event).toLowerCase() === wanted;
        if (name === 'lane' || name === 'at')
            return run.lanes[run.lane[event]].name.toLowerCase().includes(wanted);
        if (name === 'request')
            return run.requestOf[event] >= 0 &&
                run.requests[run.requestOf[event]].name.toLowerCase().split(' ').includes(wanted);
        const own = run.field(event, name);
        return equal(own === undefined ? ofRequest(run, event, name) : own, wanted);
    };
}

function byWord(word) {
    const cycle = number(word);
    return (run, event) => {
        const type = run.types[run.type[event]];
        if (type.name.includes(word) || type.point.toLowerCase() === word || cycle === run.cycle[event])
            return true;
        if (String(run.field(event, 'cause') || '').includes(word))
            return true;
        if (!Number.isNaN(cycle))
            return run.values[event].some(value => typeof value === 'string' && value.startsWith('0x') &&
                                          Number(value) === cycle);
        return run.words[event].toLowerCase().includes(word);
    };
}

function conditions(query) {
    return query.toLowerCase().split(/\s+/).filter(word => word).map(word => {
        const at = word.indexOf('=');
        return at > 0 ? byField(ALIAS[word.slice(0, at)] || word.slice(0, at), word.slice(at + 1)) : byWord(word);
    });
}

// Every event that the query names, in the order of cycles: [{run, event}].
prisim.find = function (runs, query) {
    const wanted = conditions(query), hits = [];
    if (!wanted.length)
        return hits;
    for (const run of runs)
        for (let event = 0; event < run.cycle.length; ++event)
            if (wanted.every(holds => holds(run, event)))
                hits.push({run, event});
    return hits.sort((a, b) => a.run.cycle[a.event] - b.run.cycle[b.event] || a.run.number - b.run.number ||
                     a.event - b.event);
};

})(window.prisim = window.prisim || {});
