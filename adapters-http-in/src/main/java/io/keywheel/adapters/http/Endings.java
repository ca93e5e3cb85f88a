package io.keywheel.adapters.http;

/// What is done about each request that has ended.
record Endings(HttpGateway.Meter meter) {

    void of(Exchange exchange) {
        RequestLog.write(exchange);
        meter.ended(exchange.ended());
    }
}
