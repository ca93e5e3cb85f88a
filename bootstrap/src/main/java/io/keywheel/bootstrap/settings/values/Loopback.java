package io.keywheel.bootstrap.settings.values;

import java.net.InetAddress;

/// Whether a host is this machine, over its loopback interface.
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
