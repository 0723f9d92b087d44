# SPDX-License-Identifier: Apache-2.0
"""Plants a fault in a copy of the tree and runs the program of `./dev linux` with it: does Linux's driver see it?

For targets with `kernel`. What is of the kernel is taken as `./dev linux` left it; the library is built anew for each
fault, by the project's own rules. What sees a fault is a part of the program in one configuration, and words that it
then says.
"""
import re
import subprocess

from tree_shop import TreeShop
from workshop import BuildError, run

_OUTSIDE = ("drivers/iommu/io-pgtable.o", "drivers/iommu/io-pgtable-arm.o", "drivers/pci/ats.o", "lib/rbtree.o")
_LIBRARY = "prisim_static"
_LIMIT = 60  # seconds of one part in one configuration; they take a second


class LinuxShop(TreeShop):
    def __init__(self, target, root, folder, kernel, jobs):
        super().__init__(target, root, folder, None, jobs)
        self.kernel = kernel

    def prepare(self, each):
        """Builds the program in each tree as it stands; all of it must be as due."""
        if not (self.kernel / "linux").exists():
            raise BuildError(f"{self.kernel}: no program here: run ./dev linux first, or name its folder by --kernel")
        trees = self.grow(each)
        self.build(each, trees, [_LIBRARY])
        for tree in trees:
            self._compile(tree)
            self._link(tree)
            self.free.put(tree)
        said = self._run(trees[0], [], 600)
        if said is not None:
            raise BuildError(f"linux fails without any fault: {said[-2000:]}")

    def _compile(self, tree):
        """The part of the program that is not the kernel's."""
        tree.objects = []
        for source in sorted((tree.source / "interop/linux").glob("*.c")):
            made = tree.build / f"linux-{source.stem}.o"
            self._gcc("-O2", "-c", str(source), "-o", str(made), "-I", str(tree.source))
            tree.objects.append(str(made))
        tree.objects += sorted(map(str, self.kernel.glob("kernel-*.o"))) + [str(self.kernel / "arm-smmu-v3.o")]
        tree.objects += [str(self.kernel / "tree" / name) for name in _OUTSIDE]

    def _link(self, tree):
        self._gcc(*tree.objects, str(tree.build / "library/libprisim.a"), "-no-pie", "-o", str(tree.build / "linux"))

    @staticmethod
    def _gcc(*words):
        done = run(["gcc", "-std=c11", "-D_XOPEN_SOURCE=700", "-fno-pie", "-w", *words])
        if done.returncode:
            raise BuildError(done.stdout[-3000:])

    def fault(self, number, file, text):
        tree = super().fault(number, file, text)
        if tree is not None and tree.ninja([_LIBRARY]).returncode:
            self.discard(tree)
            return None
        if tree is not None:
            self._link(tree)
        return tree

    def _objects(self, tree, file):
        return [_LIBRARY]

    @staticmethod
    def _run(tree, words, limit):
        """None if it is all as due, else what it printed."""
        try:
            done = run(["nice", str(tree.build / "linux"), *words], cwd=tree.build, timeout=limit)
        except subprocess.TimeoutExpired as over:
            return (over.stdout or b"").decode(errors="replace") + "time is over"
        return None if done.returncode == 0 else done.stdout

    def sees(self, tree, seen_by):
        """True if that part is not as due in that configuration, and says the words behind it."""
        part, configuration, *words = seen_by.split()
        said = self._run(tree, [part, *(["--configuration", configuration] if configuration != "all" else [])], _LIMIT)
        return said is not None and all(re.search(rf"\b{re.escape(word)}\b", said) for word in words)

    def seen_by(self, tree):
        said = self._run(tree, [], 10 * _LIMIT)
        return None if said is None else "linux"
