package io.keywheel.bootstrap.settings.clients;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.bootstrap.settings.values.Loopback;
import io.keywheel.bootstrap.settings.values.Setting;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.ValueParser;
import io.keywheel.bootstrap.settings.values.Variables;
import java.util.ArrayList;
import java.util.List;

/// Reads the settings of the HTTP listener and the access tokens.
public record ListenerReader(Variables variables, ValidationMessages messages) {

    private static final String CORS_ORIGINS = "KEYWHEEL_CORS_ORIGINS";

    public ListenerSettings read() {
        String host = variables.get(Setting.HOST);
        boolean remote = !Loopback.is(host);
        AccessTokens tokens = new AccessTokensReader(variables, messages).read();
        if (tokens.isEmpty() && remote) {
            messages.problem(AccessTokensReader.NAME + " is needed, because KEYWHEEL_HOST is not a loopback address:"
                    + " everyone who reaches it could spend your keys; '" + ValidationMessages.PROGRAM
                    + " token NAME' makes one");
        }
        Tls tls = Tls.read(variables, messages);
        if (tls != null) {
            messages.notice("the TLS certificate is for " + tls);
        } else if (!Tls.isWanted(variables) && !tokens.isEmpty() && remote) {
            messages.warning(
                    "KEYWHEEL_HOST is not a loopback address, and clients speak plain HTTP: tokens, prompts and"
                            + " answers can be read on the way. Set KEYWHEEL_TLS_CERT and KEYWHEEL_TLS_KEY, or put a"
                            + " proxy with TLS in front as the only way in");
        }
        return new ListenerSettings(
                host,
                variables.get(Setting.PORT),
                tokens,
                tls,
                variables.get(Setting.MAX_BODY),
                maxRequests(),
                origins());
    }

    private int maxRequests() {
        int most = variables.get(Setting.MAX_REQUESTS);
        int room = HttpGateway.chatsForHeap();
        if (most > room) {
            messages.warning("%s is more than the %s that the heap has room for: memory may run out"
                    .formatted(Setting.MAX_REQUESTS.name(), room));
        }
        return most;
    }

    private List<String> origins() {
        var origins = new ArrayList<String>();
        Variables.entries(variables.text(CORS_ORIGINS).orElse(""), ",", String::strip)
                .forEach((place, entry) -> ValueParser.ORIGIN
                        .read(entry)
                        .ifPresentOrElse(
                                origins::add,
                                () -> messages.problem("%s, entry %s must be %s"
                                        .formatted(CORS_ORIGINS, place, ValueParser.ORIGIN.expected()))));
        variables.requireRestartFor(CORS_ORIGINS, origins);
        return origins;
    }
}
