# SPDX-License-Identifier: Apache-2.0
# cmake -DOUT=FILE.c -DPAGE=FOLDER -DSCRIPTS=a.js,b.js -P pack.cmake
# The page's files as arrays of a C file, so that the program needs none of them. Scripts stand behind one another, in
# the order of the list.

function(array name)
  set(all "")
  foreach(file IN LISTS ARGN)
    file(READ "${PAGE}/${file}" bytes HEX)
    string(APPEND all "${bytes}")
  endforeach()
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," all "${all}")
  string(REPLACE "0x0a," "0x0a,\n" all "${all}")
  file(APPEND "${OUT}" "const char page_${name}[] = {${all}0};\n")
endfunction()

string(REPLACE "," ";" scripts "${SCRIPTS}")
file(WRITE "${OUT}" "/* Made by tb/view/page/pack.cmake. */\n#include \"tb/view/page_files.h\"\n")
array(html page.html)
array(css page.css)
array(script ${scripts})
