package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.http.HttpGateway;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads where and for which clients the gateway listens.
record ListenerReader(Variables variables, ValidationMessages messages) {

    private static final int FOUR_MIB = 4 << 20;
    private static final int MANY = 1_000_000;

    private static final Pattern NAME_OR_ADDRESS = Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]+");

    private static final ValueParser<String> HOST = new ValueParser<>(
            "a host's name or address, such as 127.0.0.1, without a scheme or port",
            text -> Optional.of(text.replaceAll("^\\[|]$", ""))
                    .filter(host -> NAME_OR_ADDRESS.matcher(host).matches()));

    ListenerSettings read() {
        String host = variables.read("KEYWHEEL_HOST", HOST).orElse("127.0.0.1");
        AccessTokens tokens = tokens();
        if (tokens.isEmpty() && !Loopback.is(host)) {
            messages.problem("KEYWHEEL_ACCESS_TOKENS is needed, because KEYWHEEL_HOST is not a loopback address:"
                    + " everyone who reaches it could spend your keys");
        }
        var reader = new TlsReader(variables, messages);
        Tls tls = reader.read();
        if (tls != null) {
            messages.notice("the TLS certificate is for " + tls);
        } else if (!reader.isWanted() && !tokens.isEmpty() && !Loopback.is(host)) {
            messages.warning(
                    "KEYWHEEL_HOST is not a loopback address, and clients speak plain HTTP: tokens, prompts and"
                            + " answers can be read on the way. Set KEYWHEEL_TLS_CERT and KEYWHEEL_TLS_KEY, or put a"
                            + " proxy with TLS in front as the only way in");
        }
        return new ListenerSettings(
                host,
                variables.read("KEYWHEEL_PORT", ValueParser.whole(0, 0xffff)).orElse(8080),
                tokens,
                tls,
                variables.read("KEYWHEEL_MAX_BODY", ValueParser.size()).orElse(FOUR_MIB),
                maxRequests(),
                origins());
    }

    private AccessTokens tokens() {
        String name = "KEYWHEEL_ACCESS_TOKENS";
        var text = variables.text(name);
        var tokens = new Secrets(messages).tokens(name, text.orElse(""));
        if (text.isPresent() && tokens.isEmpty()) {
            messages.problem(name + " is set, but holds no token");
        }
        return tokens;
    }

    private int maxRequests() {
        String name = "KEYWHEEL_MAX_REQUESTS";
        int most = variables.read(name, ValueParser.whole(0, MANY)).orElse(0);
        int room = HttpGateway.roomForRequests();
        if (most > room) {
            messages.warning(
                    "%s is more than the %d that the heap has room for: memory may run out".formatted(name, room));
        }
        return most;
    }

    private List<String> origins() {
        String name = "KEYWHEEL_CORS_ORIGINS";
        List<String> entries = Arrays.stream(variables.text(name).orElse("").split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
        var origins = new ArrayList<String>();
        for (int i = 0; i < entries.size(); i++) {
            var origin = UrlForms.ORIGIN.read(entries.get(i));
            origin.ifPresent(origins::add);
            if (origin.isEmpty()) {
                messages.problem("%s, entry %d must be %s".formatted(name, i + 1, UrlForms.ORIGIN.expected()));
            }
        }
        return origins;
    }
}
