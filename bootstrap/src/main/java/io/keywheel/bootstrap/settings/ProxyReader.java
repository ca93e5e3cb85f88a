package io.keywheel.bootstrap.settings;

import io.keywheel.bootstrap.settings.values.Loopback;
import io.keywheel.bootstrap.settings.values.ValueParser;
import io.keywheel.bootstrap.settings.values.Variables;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the proxy for providers from the variables that curl and others use, in upper or lower case.
final class ProxyReader {

    private static final String PROXY = "HTTPS_PROXY";
    private static final String NO_PROXY = "NO_PROXY";
    private static final String ANY_HOST = "*";

    /// As curl's.
    private static final int DEFAULT_PORT = 1080;

    /// Credentials are percent-encoded as in any URL.
    private static final Pattern CREDENTIALS = Pattern.compile("(?:[!-~&&[^%@/?#]]|%\\p{XDigit}{2}){1,1000}@");

    private static final ValueParser<String> PROXY_URL = new ValueParser<>(
            "an http URL of host and port, such as http://proxy.example:3128 or http://user:password@proxy.example:3128,"
                    + " with user and password percent-encoded; a proxy that is spoken to over TLS cannot be used",
            ProxyReader::address);

    private final Optional<String> proxy;
    private final boolean readable;
    private final List<String> direct;

    ProxyReader(Variables variables) {
        String name = inEitherCase(variables, PROXY);
        proxy = variables.read(name, PROXY_URL);
        readable = proxy.isPresent() || !variables.isSet(name);
        direct = Arrays.stream(variables
                        .text(inEitherCase(variables, NO_PROXY))
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .split("[,\\s]+"))
                .toList();
    }

    /// The form that adapters read: `host:port`, with the credentials in front.
    private static Optional<String> address(String text) {
        String url = text.contains("://") ? text : "http://" + text;
        int begin = url.indexOf("://") + "://".length();
        int end = url.lastIndexOf('@') + 1;
        String credentials = end > begin ? url.substring(begin, end) : "";
        String plain = url.substring(0, begin) + url.substring(begin + credentials.length());
        return ValueParser.BASE_URL
                .read(plain)
                .map(URI::create)
                .filter(via -> via.getScheme().equals("http")
                        && via.getRawPath().isEmpty()
                        && (credentials.isEmpty()
                                || CREDENTIALS.matcher(credentials).matches()))
                .map(via -> {
                    // The parser removes port 80.
                    int port = URI.create(plain).getPort();
                    return credentials + via.getHost() + ":" + (port < 0 ? DEFAULT_PORT : port);
                });
    }

    /// The environment takes precedence over `.env`, and in the same place the lower-case name, as in curl.
    private static String inEitherCase(Variables variables, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean isLower =
                variables.isSetInEnvironment(lower) || (variables.isSet(lower) && !variables.isSetInEnvironment(name));
        return isLower ? lower : name;
    }

    /// The proxy for `url`, in the form that adapters read; empty for a direct connection. Only `https` uses
    /// the proxy, which could read the keys otherwise.
    Optional<String> to(URI url) {
        return goesDirectly(url) ? Optional.empty() : proxy;
    }

    private boolean goesDirectly(URI url) {
        return !url.getScheme().equals("https") || Loopback.is(url.getHost()) || isDirect(url);
    }

    /// False if `url` needs the proxy and the proxy's variable is invalid.
    boolean knowsWayTo(URI url) {
        return readable || goesDirectly(url);
    }

    private boolean isDirect(URI url) {
        String host = url.getHost().toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        String hostAndPort = host + ":" + (url.getPort() < 0 ? 443 : url.getPort());
        return direct.stream()
                .anyMatch(entry ->
                        entry.equals(ANY_HOST) || covers(entry, host, hostAndPort) || isNetworkOf(entry, host));
    }

    /// `llm.example`, `.llm.example`, `*.llm.example` and `llm.example.` all mean the host and everything below it.
    private static boolean covers(String entry, String host, String hostAndPort) {
        String domain = entry.startsWith("*.") ? entry.substring(1) : entry;
        String below = (domain.startsWith(".") ? domain : "." + domain).replaceFirst("\\b\\.(?=:|$)", "");
        return ("." + host).endsWith(below) || ("." + hostAndPort).endsWith(below);
    }

    /// Whether `entry`, an address or a network such as `10.0.0.0/8`, contains the address `host`. Resolves no names.
    private static boolean isNetworkOf(String entry, String host) {
        String[] parts = entry.split("/", 2);
        try {
            byte[] network = InetAddress.ofLiteral(parts[0]).getAddress();
            byte[] address =
                    InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).getAddress();
            int bits = network.length * Byte.SIZE;
            int fixed = parts.length == 1 ? bits : Integer.parseInt(parts[1]);
            return network.length == address.length
                    && fixed >= 0
                    && fixed <= bits
                    && new BigInteger(1, network)
                                    .xor(new BigInteger(1, address))
                                    .shiftRight(bits - fixed)
                                    .signum()
                            == 0;
        } catch (IllegalArgumentException _) {
            // A host name, or an invalid prefix length.
            return false;
        }
    }
}
