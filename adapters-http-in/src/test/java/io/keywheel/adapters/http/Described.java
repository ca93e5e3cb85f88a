package io.keywheel.adapters.http;

import io.keywheel.openapi.Description;

/// What the gateway says of itself, held against what clients hear.
final class Described {

    static final Description DESCRIPTION =
            Description.read(HttpGateway.class.getResourceAsStream("status/openapi.yaml"));

    private Described() {}
}
