package io.keywheel.adapters.llm.transport;

import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A proxy that tunnels to a provider. Prints no password, because [PasswordAuthentication] does not.
///
/// @param credentials null if the proxy requires none
record HttpProxy(InetSocketAddress address, @Nullable PasswordAuthentication credentials) {

    /// @param text `host:port`, or `user:password@host:port`, both parts percent-encoded as in a URL
    /// @throws IllegalArgumentException for another text
    static HttpProxy of(String text) {
        int at = text.lastIndexOf('@');
        int colon = text.lastIndexOf(':');
        if (colon < at + 1) {
            throw new IllegalArgumentException("the address of the proxy has no port");
        }
        var address = InetSocketAddress.createUnresolved(
                text.substring(at + 1, colon), Integer.parseInt(text.substring(colon + 1)));
        if (at < 0) {
            return new HttpProxy(address, null);
        }
        String[] parts = text.substring(0, at).split(":", 2);
        String password = parts.length == 1 ? "" : decoded(parts[1]);
        return new HttpProxy(address, new PasswordAuthentication(decoded(parts[0]), password.toCharArray()));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// The value of `Proxy-Authorization`; null if the proxy requires none.
    @Nullable
    String authorization() {
        if (credentials == null) {
            return null;
        }
        String pair = credentials.getUserName() + ":" + new String(credentials.getPassword());
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
