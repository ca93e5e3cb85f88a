package io.keywheel.adapters.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.health.PoolStatus.Known;
import io.keywheel.domain.health.Standing;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;

/// Whether something may be asked, and what speaks against it.
final class Standings {

    private Standings() {}

    /// The provider and the key's group are the ones around it.
    static void write(JsonGenerator json, Known fact) throws IOException {
        json.writeStartObject();
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
        json.writeEndObject();
    }

    static void write(JsonGenerator json, Standing standing) throws IOException {
        switch (standing) {
            case Standing.Ready _ -> json.writeStringField("state", "ready");
            case Standing.Cooling(var reason, var foreseen, var since, var until) -> {
                json.writeStringField("state", "cooling");
                write(json, reason, foreseen, since, until);
            }
            case Standing.OnTrial(var reason, var since) -> {
                json.writeStringField("state", "cooling");
                json.writeStringField("reason", reason.label());
                json.writeStringField("since", Json.moment(since));
                json.writeBooleanField("on_trial", true);
            }
            case Standing.Retired(var since, var until) -> {
                json.writeStringField("state", "retired");
                json.writeStringField("reason", Failure.Kind.KEY_REFUSED.label());
                json.writeStringField("since", Json.moment(since));
                json.writeStringField("until", Json.from(until));
            }
        }
    }

    private static void write(JsonGenerator json, Failure.Kind reason, boolean foreseen, Instant since, Instant until)
            throws IOException {
        json.writeStringField("reason", reason.label());
        json.writeBooleanField("foreseen", foreseen);
        json.writeStringField("since", Json.moment(since));
        json.writeStringField("until", Json.from(until));
    }
}
