package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.common.LazyValue;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.HttpResponses;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `GET /openapi`: the OpenAPI description of all endpoints.
///
/// The source is YAML. Its JSON form is built at the first request for it, and cached.
public final class OpenApiHandlers {

    private final LazyValue<byte[]> json =
            LazyValue.create(() -> JsonWriter.bytes(new ObjectMapper().valueToTree(parsedYaml())));

    public void asAccepted(ServerRequest request, ServerResponse response) {
        if (AcceptHeader.prefers(request, "application/yaml")) {
            asYaml(request, response);
        } else {
            asJson(request, response);
        }
    }

    public void asJson(ServerRequest request, ServerResponse response) {
        HttpResponses.send(request, response, json.get());
    }

    public void asYaml(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "application/yaml");
        HttpResponses.send(request, response, yaml());
    }

    private static Map<String, ?> parsedYaml() {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(new String(yaml(), StandardCharsets.UTF_8));
    }

    private static byte[] yaml() {
        return ConsoleAsset.resource("openapi.yaml");
    }
}
