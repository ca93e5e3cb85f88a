package io.keywheel.adapters.http;

import io.helidon.http.Headers;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.keywheel.adapters.http.line.Lines;

/// Tells the line when a request's head has come.
final class HeadListener implements Http1ConnectionListener {

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        Lines.of(context).headRead();
    }
}
