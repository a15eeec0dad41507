#!/usr/bin/env bash
# Builds $OUT/ocihooks-VERSION-1.ARCH.rpm from what "make install" installs, and $OUT/ocihooks-debuginfo-VERSION-1.ARCH.rpm. Needs
# rpmbuild. Run by "make rpm".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packaging/stage.sh "$work"
install -D -m 644 LICENSE "$work/main/usr/share/licenses/ocihooks/LICENSE"
install -m 644 CHANGELOG.md "$work/main/usr/share/doc/ocihooks/CHANGELOG.md"

# Each file, and the directories that are ours alone; those of licenses and documentation are named in the spec file.
named_in_spec=(-path ./usr/share/doc -prune -o -path ./usr/share/licenses -prune -o)
(
    cd "$work/main"
    find ./usr "${named_in_spec[@]}" ! -type d -printf '/usr/%P\n'
    find ./etc -type f -printf '%%config(noreplace) /etc/%P\n'
    find . "${named_in_spec[@]}" -path '*/ocihooks*' -type d -printf '%%dir /%P\n'
) | LC_ALL=C sort >"$work/main.files"
find "$work/debug/usr/lib/debug/.build-id" \( -type d -printf '%%dir ' \) , -printf '/usr/lib/debug/.build-id/%P\n' |
    sed 's|/$||' | LC_ALL=C sort >"$work/debug.files"
{
    echo "* $(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y') The OciHooks authors <ocihooks@localhost> - $VERSION-1"
    packaging/changes.sh | sed 's/%/%%/g; s/^/- /'
} >"$work/changelog"

case $ARCH in
    x64) rpm_architecture=x86_64 ;;
    arm64) rpm_architecture=aarch64 ;;
esac
rpmbuild -bb --quiet --target "$rpm_architecture-linux" --define "_topdir $work/rpm" --define "ocihooks_version $VERSION" --define "ocihooks_stage $work" \
    packaging/rpm/ocihooks.spec
for package in "$work"/rpm/RPMS/*/ocihooks-*.rpm; do
    # At once: an interrupted build leaves none that looks like one.
    cp "$package" "$OUT/${package##*/}.new"
    mv "$OUT/${package##*/}.new" "$OUT/${package##*/}"
done
