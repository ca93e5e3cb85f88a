package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus.Known;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;

/// Whether something may be asked, and what speaks against it.
final class KeyStates {

    private KeyStates() {}

    /// The provider and the key's group are the ones around it.
    static void writeKnown(JsonGenerator json, Known fact) throws IOException {
        switch (fact.scope()) {
            case Scope.OfKey _ -> json.writeStringField("scope", "key");
            case Scope.OfGroup _ -> json.writeStringField("scope", "group");
            case Scope.OfGroupModel(var _, var model) -> {
                json.writeStringField("scope", "group_and_model");
                json.writeStringField("model", model.toString());
            }
            case Scope.OfProvider _ -> json.writeStringField("scope", "provider");
            case Scope.OfModel(var _, var model) -> {
                json.writeStringField("scope", "provider_and_model");
                json.writeStringField("model", model.toString());
            }
        }
        json.writeStringField("state", fact.phase().name().toLowerCase(Locale.ROOT));
        write(json, fact.reason(), fact.foreseen(), fact.since(), fact.until());
    }

    static void write(JsonGenerator json, KeyState keyState) throws IOException {
        switch (keyState) {
            case KeyState.Ready _ -> json.writeStringField("state", "ready");
            case KeyState.Cooling(var reason, var foreseen, var since, var until) -> {
                json.writeStringField("state", "cooling");
                write(json, reason, foreseen, since, until);
            }
            case KeyState.Probing(var reason, var since) -> {
                json.writeStringField("state", "cooling");
                json.writeStringField("reason", reason.label());
                json.writeStringField("since", JsonWriter.moment(since));
                json.writeBooleanField("on_trial", true);
            }
            case KeyState.Retired(var since, var until) -> {
                json.writeStringField("state", "retired");
                json.writeStringField("reason", Failure.Kind.KEY_REFUSED.label());
                json.writeStringField("since", JsonWriter.moment(since));
                json.writeStringField("until", JsonWriter.from(until));
            }
        }
    }

    private static void write(JsonGenerator json, Failure.Kind reason, boolean foreseen, Instant since, Instant until)
            throws IOException {
        json.writeStringField("reason", reason.label());
        json.writeBooleanField("foreseen", foreseen);
        json.writeStringField("since", JsonWriter.moment(since));
        json.writeStringField("until", JsonWriter.from(until));
    }
}
