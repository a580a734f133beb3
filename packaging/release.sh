#!/bin/bash
# Builds the command for distribution and packs it: .build/release-tar/tacit-VERSION-linux-ARCH.tar.gz
# Swift's libraries are linked in; GMP, libsodium, zlib, the C and C++ libraries come from the system that runs it. No symbols.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
flags=(-c release --product tacit --static-swift-stdlib --scratch-path .build/static -Xlinker -s -Xlinker --gc-sections)

"$swift" build "${flags[@]}"
built=$("$swift" build "${flags[@]}" --show-bin-path)/tacit

# Anything else would have to be installed beside it.
strange=$(ldd "$built" | grep -vE '^\s*(linux-vdso|/lib64/ld-linux|lib(gmp|sodium|z|c|m|stdc\+\+|gcc_s|pthread|dl|util|rt)\.so)' || true)
if [ -n "$strange" ]; then
  echo "release: the command needs libraries that it should not:" >&2
  echo "$strange" >&2
  exit 1
fi
version=$(env -i "$built" --version)
name="tacit-$version-linux-$(uname -m)"
stage=$(mktemp -d "${TMPDIR:-/tmp}/tacit-release.XXXXXX")
trap 'rm -rf "$stage"' EXIT
root="$stage/$name"

install -D -m 0755 "$built" "$root/bin/tacit"
"$built" --experimental-dump-help | python3 packaging/manual.py >"$stage/tacit.1"
install -D -m 0644 "$stage/tacit.1" "$root/share/man/man1/tacit.1"
for shell in bash zsh fish; do
  "$built" --generate-completion-script "$shell" >"$stage/completion"
  case $shell in
    bash) place=bash-completion/completions/tacit ;;
    zsh) place=zsh/site-functions/_tacit ;;
    fish) place=fish/vendor_completions.d/tacit.fish ;;
  esac
  install -D -m 0644 "$stage/completion" "$root/share/$place"
done
install -D -m 0644 -t "$root/etc/tacit" packaging/serve.toml packaging/serve.yaml
install -D -m 0644 -t "$root/lib/systemd/system" packaging/tacit.service
install -D -m 0644 -t "$root/share/doc/tacit" README.md THREATMODEL.md packaging/nginx.conf packaging/envoy.yaml
install -D -m 0644 -t "$root/share/doc/tacit/docs" docs/*.md

# The same sources give the same archive around the binary.
when=$(git log -1 --format=%ct 2>/dev/null || date +%s)
mkdir -p .build/release-tar
tar --sort=name --mtime="@$when" --owner=0 --group=0 --numeric-owner -C "$stage" -cf - "$name" \
  | gzip -n -9 >".build/release-tar/$name.tar.gz"
(cd .build/release-tar && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
ls -l "$root/bin/tacit" ".build/release-tar/$name.tar.gz" | awk '{ print $5, $NF }' | sed "s#$stage/##"
ldd "$built"
