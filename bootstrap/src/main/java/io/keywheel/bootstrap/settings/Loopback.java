package io.keywheel.bootstrap.settings;

import java.net.InetAddress;

/// Tells whether a host is this machine, by a way that leads out to nobody.
public final class Loopback {

    private Loopback() {}

    /// Without asking a name server: what it answers could be another address tomorrow.
    public static boolean is(String host) {
        try {
            return host.equalsIgnoreCase("localhost")
                    || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
