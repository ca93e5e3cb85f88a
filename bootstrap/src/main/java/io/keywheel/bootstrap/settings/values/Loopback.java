package io.keywheel.bootstrap.settings.values;

import java.net.InetAddress;

/// Detects loopback hosts.
public final class Loopback {

    private Loopback() {}

    /// Resolves no names: a name server's answer may change later.
    public static boolean is(String host) {
        try {
            return host.equalsIgnoreCase("localhost")
                    || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
