package io.keywheel.adapters.http.access;

import java.util.regex.Pattern;

/// Tells whether a `Host` header names this machine and no other.
///
/// A web page can have its own name resolve to 127.0.0.1 (DNS rebinding), but it cannot choose what the browser
/// writes into `Host`.
final class LoopbackHost {

    private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern LOOPBACK = Pattern.compile(
            "(?:localhost|127(?:\\." + BYTE + "){3}|\\[::1])(?::[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private LoopbackHost() {}

    static boolean is(String host) {
        return LOOPBACK.matcher(host).matches();
    }
}
