#!/usr/bin/env bash
# Builds $OUT/ocihooks_VERSION_ARCH.deb from what "make install" installs, and $OUT/ocihooks-dbgsym_VERSION_ARCH.deb. Run by "make deb".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packaging/stage.sh "$work"
main=$work/main debug=$work/debug
case $ARCH in
    x64) debian_architecture=amd64 ;;
    *) debian_architecture=$ARCH ;;
esac
# The C library that the programs hold.
libc=libc6-dev
[ "$debian_architecture" = "$(dpkg --print-architecture)" ] || libc=libc6-dev-$debian_architecture-cross
doc=$main/usr/share/doc/ocihooks

# control TEMPLATE TREE: the package's description. The size is the sum of its files', so that no file system has a say in it.
control() {
    local size ids
    size=$(find "$2" -type f -not -path '*/DEBIAN/*' -printf '%s\n' | awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
    ids=$(cd "$debug/usr/lib/debug/.build-id" && find . -name '*.debug' -printf '%P\n' | sed 's/\.debug$//; s|/||' |
        LC_ALL=C sort | paste -sd ' ')
    mkdir -p "$2/DEBIAN"
    sed -e "s/@VERSION@/$VERSION/" -e "s/@ARCH@/$debian_architecture/" -e "s/@SIZE@/$size/" -e "s/@BUILD_IDS@/$ids/" \
        -e "s/@BUILT_USING@/$(dpkg-query -W -f '${source:Package} (= ${source:Version})' "$libc")/" "$1" >"$2/DEBIAN/control"
}

# build TREE NAME: the package, of what is in the tree.
build() {
    (cd "$1" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    local package=$OUT/$2_${VERSION}_$debian_architecture.deb
    dpkg-deb --root-owner-group -Zxz --build "$1" "$work/package.deb"
    # At once: an interrupted build leaves none that looks like one.
    cp "$work/package.deb" "$package.new"
    mv "$package.new" "$package"
}

install -m 644 packaging/deb/copyright "$doc/copyright"
install -D -m 644 packaging/deb/lintian-overrides "$main/usr/share/lintian/overrides/ocihooks"
{
    printf 'ocihooks (%s) unstable; urgency=medium\n\n' "$VERSION"
    packaging/changes.sh | while read -r change; do fold -s -w 72 <<<"$change" | sed -e 's/ *$//' -e '1s/^/  * /' -e '2,$s/^/    /'; done
    printf '\n -- The OciHooks authors <ocihooks@localhost>  %s\n' "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.gz"

control packaging/deb/control.in "$main"
find "$main/etc" -type f -printf '/etc/%P\n' | LC_ALL=C sort >"$main/DEBIAN/conffiles"
for script in postinst prerm postrm; do
    sed -e '/^@register@$/{r packaging/scriptlets/register.sh' -e 'd}' -e '/^@tell@$/{r packaging/scriptlets/tell.sh' -e 'd}' \
        -e '/^@end-recordings@$/{r packaging/scriptlets/end-recordings.sh' -e 'd}' \
        "packaging/deb/$script" >"$main/DEBIAN/$script"
    chmod 755 "$main/DEBIAN/$script"
done
build "$main" ocihooks

mkdir -p "$debug/usr/share/doc"
ln -s ocihooks "$debug/usr/share/doc/ocihooks-dbgsym"
control packaging/deb/control-dbgsym.in "$debug"
build "$debug" ocihooks-dbgsym
