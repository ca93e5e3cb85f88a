package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.common.LazyValue;
import io.helidon.common.media.type.MediaType;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.BadRequestException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.HttpResponses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `GET /openapi`: the OpenAPI description of all routes.
///
/// The source is YAML. Its JSON form is built at the first request for it, and cached.
public final class OpenApiRoutes {

    private final LazyValue<byte[]> json =
            LazyValue.create(() -> JsonWriter.bytes(new ObjectMapper().valueToTree(parsedYaml())));

    public void asAccepted(ServerRequest request, ServerResponse response) {
        if (prefersYaml(request)) {
            asYaml(request, response);
        } else {
            asJson(request, response);
        }
    }

    private static boolean prefersYaml(ServerRequest request) {
        try {
            return request.headers()
                    .bestAccepted(MediaTypes.APPLICATION_JSON, MediaTypes.APPLICATION_YAML)
                    .filter(MediaTypes.APPLICATION_YAML::equals)
                    .isPresent();
        } catch (BadRequestException _) {
            // `Accept` has no valid media type.
            return false;
        }
    }

    public void asJson(ServerRequest request, ServerResponse response) {
        send(request, response, MediaTypes.APPLICATION_JSON, json.get());
    }

    public void asYaml(ServerRequest request, ServerResponse response) {
        send(request, response, MediaTypes.APPLICATION_YAML, yaml());
    }

    private static void send(ServerRequest request, ServerResponse response, MediaType type, byte[] bytes) {
        response.header(HeaderNames.CONTENT_TYPE, type.text());
        HttpResponses.send(request, response, bytes);
    }

    private static Map<String, ?> parsedYaml() {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(new String(yaml(), StandardCharsets.UTF_8));
    }

    private static byte[] yaml() {
        try (InputStream document = OpenApiRoutes.class.getResourceAsStream("openapi.yaml")) {
            if (document == null) {
                throw new IllegalStateException("the description is not in the module");
            }
            return document.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the module cannot be read", e);
        }
    }
}
