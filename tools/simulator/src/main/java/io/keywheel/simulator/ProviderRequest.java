package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;

/// A request for a provider.
///
/// @param path without the provider's own part
/// @param body a missing node when it was not JSON
record ProviderRequest(Provider provider, String path, HttpRequest request, JsonNode body, Stamp stamp) {

    Dialect dialect() {
        return Dialect.of(provider);
    }

    boolean isChat() {
        return request.method().equals("POST");
    }

    Chat chat() {
        return new Chat(body);
    }
}
