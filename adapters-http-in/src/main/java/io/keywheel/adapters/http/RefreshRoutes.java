package io.keywheel.adapters.http;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/// `POST /api/models/refresh`: asks the providers for their models anew. The answer does not wait for theirs.
final class RefreshRoutes implements HttpService {

    private final ModelRefresher refresher;
    private final Body body;
    private final Errors errors;

    RefreshRoutes(ModelRefresher refresher, Body body, Errors errors) {
        this.refresher = refresher;
        this.body = body;
        this.errors = errors;
    }

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errors).post("/api/models/refresh", this::refresh);
    }

    private void refresh(ServerRequest request, ServerResponse response) {
        body.noFields(request);
        Replies.send(request, response, Status.OK_200, Json.object().put("started", refresher.ask()));
    }
}
