package io.keywheel.adapters.http;

import io.keywheel.openapi.Description;

/// The gateway's OpenAPI document, for checks of responses.
final class Described {

    static final Description DESCRIPTION =
            Description.read(HttpGateway.class.getResourceAsStream("status/openapi.yaml"));

    private Described() {}
}
