/* SPDX-License-Identifier: Apache-2.0
 *
 * Private to the view: the files of tb/view/page/ as text; their C file is made when prisim is built (page/pack.cmake).
 */
#ifndef PRISIM_TB_VIEW_PAGE_FILES_H
#define PRISIM_TB_VIEW_PAGE_FILES_H

extern const char page_html[];
extern const char page_css[];
extern const char page_script[]; /* all scripts, in their order */

#endif
