# Sourced by train and measure: a simulator and a gateway that uses it, which end with the script, and an HTTP client
# that takes no time to start.

WORK=$(mktemp -d)
LOG=$WORK/gateway.log
SIMULATOR_PID= SIMULATOR= GATEWAY_PID= PORT=

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$@"
    exit 1
}

clean_up() {
    [ -z "$GATEWAY_PID" ] || kill "$GATEWAY_PID" 2>/dev/null || true
    [ -z "$SIMULATOR_PID" ] || kill "$SIMULATOR_PID" 2>/dev/null || true
    wait
    rm -rf "$WORK"
}
trap clean_up EXIT

# Ctrl-C also reaches `timeout`, which sends it again. Without this function, the second one would end clean_up.
interrupted() {
    trap '' INT
    # A gateway that records classes takes seconds to write them.
    [ -z "$GATEWAY_PID" ] || kill -KILL "$GATEWAY_PID" || true
    clean_up 2>/dev/null
    trap - EXIT INT
    kill -INT $$
}
trap interrupted INT

# start_simulator JAVA JARS: its port is in SIMULATOR.
start_simulator() {
    : >"$WORK/simulator.log"
    "$1" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m -cp "$2/*:$2/demo/*" io.keywheel.simulator.Main \
        --port 0 >"$WORK/simulator.log" 2>&1 &
    SIMULATOR_PID=$!
    await "$SIMULATOR_PID" "$WORK/simulator.log" 'Groq at http://127.0.0.1:([0-9]+)/'
    SIMULATOR=${BASH_REMATCH[1]}
}

# start_gateway PROGRAM JAVA_OPTION...: its port is in PORT.
start_gateway() {
    launch 0 "$@"
    await "$GATEWAY_PID" "$LOG" 'listening on http://127.0.0.1:([0-9]+)'
    PORT=${BASH_REMATCH[1]}
}

# launch PORT PROGRAM JAVA_OPTION...: `PROGRAM serve` with the simulator's keys and nothing of the user's but the Java,
# on any port where PORT is 0. A build sets KEYWHEEL_TRAINING, so that `./keywheel` does not build again.
launch() {
    local port=$1 program=$2
    shift 2
    : >"$LOG"
    (
        cd "$WORK"
        exec env -i PATH="$PATH" ${JAVA_HOME:+"JAVA_HOME=$JAVA_HOME"} KEYWHEEL_PORT="$port" KEYWHEEL_JAVA_OPTIONS="$*" \
            ${KEYWHEEL_TRAINING:+"KEYWHEEL_TRAINING=$KEYWHEEL_TRAINING"} \
            GROQ_BASE_URL="http://127.0.0.1:$SIMULATOR/groq/openai/v1" GROQ_API_KEYS=gsk_one,gsk_two \
            CEREBRAS_BASE_URL="http://127.0.0.1:$SIMULATOR/cerebras/v1" CEREBRAS_API_KEYS=csk-one,csk-two \
            "$program" serve
    ) >"$LOG" 2>&1 &
    GATEWAY_PID=$!
}

stop_gateway() {
    kill "$GATEWAY_PID"
    wait "$GATEWAY_PID" || stop "The gateway ended with $?; $LOG:" "$(tail -n 5 "$LOG")"
    GATEWAY_PID=
}

# await PID FILE PATTERN: until the file has it.
await() {
    until [[ $(<"$2") =~ $3 ]]; do
        kill -0 "$1" 2>/dev/null || stop "It did not start:" "$(tail -n 5 "$2")"
        doze
    done
}

# Sleeps two milliseconds without a process: this pipe never has input.
exec 8<> <(:)
doze() { read -r -t 0.002 -u 8 || true; }

# ask METHOD PATH [BODY] [PORT]: sends a request and reads the whole response. Any status but 200 ends the script.
ask() {
    exec 7<>"/dev/tcp/127.0.0.1/${4:-$PORT}"
    send "$@"
    read -r _ STATUS _ <&7
    cat <&7 >/dev/null
    exec 7>&-
    [ "$STATUS" = 200 ] || stop "The answer to $1 $2 was $STATUS:" "$(tail -n 5 "$LOG")"
}

# send METHOD PATH [BODY]: over the open connection, file descriptor 7.
send() {
    local body=${3:-}
    printf '%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n\r\n%s' \
        "$1" "$2" ${#body} 'Connection: close' "$body" >&7
}
