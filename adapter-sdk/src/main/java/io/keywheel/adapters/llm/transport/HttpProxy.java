package io.keywheel.adapters.llm.transport;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A proxy that tunnels to a provider. A class, not a record, so that nothing prints the password.
final class HttpProxy {

    private final InetSocketAddress address;
    private final @Nullable String user;
    private final String password;
    private final @Nullable String authorization;

    private HttpProxy(InetSocketAddress address, @Nullable String user, String password) {
        this.address = address;
        this.user = user;
        this.password = password;
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        this.authorization =
                user == null ? null : "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    /// @param text `host:port`, or `user:password@host:port`, both parts percent-encoded as in a URL
    static HttpProxy of(String text) {
        int at = text.lastIndexOf('@');
        int colon = text.lastIndexOf(':');
        var address = InetSocketAddress.createUnresolved(
                text.substring(at + 1, colon), Integer.parseInt(text.substring(colon + 1)));
        if (at < 0) {
            return new HttpProxy(address, null, "");
        }
        String[] credentials = text.substring(0, at).split(":", 2);
        return new HttpProxy(address, decoded(credentials[0]), credentials.length == 1 ? "" : decoded(credentials[1]));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    InetSocketAddress address() {
        return address;
    }

    /// Null if the proxy requires none.
    @Nullable
    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /// The value of `Proxy-Authorization`; null if the proxy requires none.
    @Nullable
    String authorization() {
        return authorization;
    }
}
