/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of the events, until there is more.
 */
"use strict";
for (const element of document.querySelectorAll('script[type="application/json"]')) {
    const run = JSON.parse(element.textContent);
    const list = document.createElement("ol");
    run.cycle.forEach((cycle, i) => {
        const item = document.createElement("li");
        item.textContent = cycle + " " + run.types[run.type[i]].name + " " + run.words[i];
        list.append(item);
    });
    document.getElementById("page").append(run.name, list);
}
