#!/bin/sh
# Keywheel as unpacked: becomes its own Java, which starts fast and stays small. It needs nothing of the system but sh.
set -eu

script=$0
while [ -L "$script" ]; do
    link=$(readlink "$script")
    case $link in /*) script=$link ;; *) script=${script%/*}/$link ;; esac
done
case $script in */*) script=${script%/*} ;; *) script=. ;; esac
home=$(CDPATH='' cd -- "$script/.." && pwd -P)

command=${1-help}
case " $* " in *' --help '* | *' -h '*) command=help ;; esac
case $command in
    serve | check | token | demo) ;;
    help)
        cat <<'TEXT'
Usage: keywheel <command> [options]

  serve           starts the gateway with your settings and keys; SIGTERM lets running requests finish
  check [--live]  prints providers, keys, models and every warning; --live requests the model list with each key
  token NAME      makes an access token for a client, and its setting
  demo [--once]   starts the gateway against simulated providers, shows keys and providers taking turns, stays up;
                  --once: ends after the tour
  help            this
  --version       the version

Settings come from the environment, else from .env in the current directory; conf/.env.example lists them.
KEYWHEEL_JAVA_OPTIONS passes options to Java, such as -Xmx512m. INSTALL.md has the steps for a service.
TEXT
        exit
        ;;
    --version)
        set -- "$home"/lib/keywheel-bootstrap-*.jar
        version=${1##*/keywheel-bootstrap-}
        echo "Keywheel ${version%.jar}"
        exit
        ;;
    *)
        echo "There is no command '$command'; the commands are serve, check, token and demo. 'keywheel help' has more." >&2
        exit 2
        ;;
esac

# Java uses its cache only if the jars have the same path as in the training by packaging/package. This path is the
# same wherever the folder is.
exec 9<"$home/lib"
lib=/proc/self/fd/9

# Without a fitting cache, the start takes longer. Mapped at a fixed address, the cache is not relocated, which would
# copy all of it into memory.
cache=
[ ! -e $lib/keywheel.aot ] ||
    cache="-XX:AOTCache=$lib/keywheel.aot -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"

# If any LC_ variable names a locale that is not installed, Java cannot read paths with letters outside ASCII. LC_ALL
# takes precedence over all of them.
export LC_ALL=C.UTF-8

# An option of Java, not a setting of the gateway.
options=${KEYWHEEL_JAVA_OPTIONS:-}
unset KEYWHEEL_JAVA_OPTIONS

# The demo is a tool beside the gateway: on the class path, and without the cache.
if [ "$command" = demo ]; then
    shift
    # shellcheck disable=SC2086 # options are words
    exec "$home/runtime/bin/java" -XX:+UseSerialGC -Xmx256m $options "-Dkeywheel.program=$0" \
        -cp "$lib/*:$lib/demo/*" io.keywheel.demo.Main "$@"
fi

# A small young generation whose survivors have room for in-flight requests: otherwise their garbage would fill the old
# generation. A full collection returns most of the free heap to the system. Methods are compiled after three times as
# many calls as by default, so that a start compiles less. Free memory of C's heap returns to the system every five
# seconds. docs/packages.md has the effect of each option. Out of memory, Java exits with status 3, and a supervisor
# restarts it.
# shellcheck disable=SC2086 # options are words
exec "$home/runtime/bin/java" \
    -XX:+UseSerialGC -Xms28m -Xmn20m -XX:SurvivorRatio=4 -Xmx256m -XX:+ExitOnOutOfMemoryError \
    -XX:MaxHeapFreeRatio=40 -XX:-ShrinkHeapInSteps -XX:CompileThresholdScaling=3 -XX:TrimNativeHeapInterval=5000 \
    $cache $options \
    -p $lib --add-modules ALL-DEFAULT "-Dkeywheel.adapters=$home/adapters" "-Dkeywheel.program=$0" \
    -m io.keywheel.bootstrap/io.keywheel.bootstrap.Main "$@"
