package io.keywheel.adapters.http.status;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;

/// `POST /api/models/refresh`: asks the providers for their models anew. The answer does not wait for theirs.
public record RefreshRoutes(ModelRefresher refresher, BodyReader bodyReader, ErrorSender errorSender)
        implements HttpService {

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errorSender).post("/api/models/refresh", this::refresh);
    }

    private void refresh(ServerRequest request, ServerResponse response) {
        bodyReader.noFields(request);
        Responses.send(request, response, Status.OK_200, JsonWriter.object().put("started", refresher.ask()));
    }
}
