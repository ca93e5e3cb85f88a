package io.keywheel.adapters.http.request;

import io.keywheel.adapters.http.json.Fields;
import io.keywheel.domain.routing.ModelId;
import org.jspecify.annotations.Nullable;

/// Reads by what name a client calls a provider or a model.
public final class Names {

    private Names() {}

    static @Nullable public String read(Fields request, String field) {
        String name = request.text(field);
        if (name != null && name.isBlank()) {
            throw request.invalid(field, "must not be blank; leave it out for any");
        }
        if (name != null && !ModelId.isValid(name)) {
            throw request.invalid(field, "must be 1 to 200 printable ASCII characters without blanks");
        }
        return name;
    }
}
