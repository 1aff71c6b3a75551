// Nothing: the targets of KauditPrecompiled.cmake are their headers.
