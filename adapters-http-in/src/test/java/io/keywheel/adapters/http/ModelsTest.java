package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    private String get(String path) {
        try (var client = testServer.raw()) {
            return client.send(RawClient.get(path, "Connection: close")).readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/openai/v1/models"})
    void lists_auto_and_every_model_under_the_name_that_leads_to_it(String path) {
        var response = testServer.get(path);

        response.assertStatus(200);
        var said = response.json();
        assertEquals("list", said.path("object").textValue());
        assertEquals(
                List.of(
                        "auto keywheel",
                        "openai/gpt-oss-120b groq",
                        "groq/compound groq",
                        "both groq",
                        "gpt-oss-120b cerebras",
                        "cerebras/both cerebras"),
                said.path("data")
                        .valueStream()
                        .map(model -> model.path("id").textValue() + " "
                                + model.path("owned_by").textValue())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "auto,keywheel",
        "both,groq",
        "openai/gpt-oss-120b,groq",
        "groq/openai/gpt-oss-120b,groq",
        "groq/compound,groq",
        "cerebras/both,cerebras"
    })
    void tells_of_one_model_by_any_of_its_names(String id, String owner) {
        var response = testServer.get("/v1/models/" + id);

        assertEquals(
                TestServer.json(
                        "{\"id\":\"" + id + "\",\"object\":\"model\",\"created\":0,\"owned_by\":\"" + owner + "\"}"),
                response.json());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/openai%2Fgpt-oss-120b",
                "/v1/models/openai%2fgpt-oss-120b",
                "/openai/v1/models/openai%2Fgpt%2Doss-120b"
            })
    void understands_an_id_that_is_encoded(String path) {
        String answer = get(path);

        assertTrue(answer.contains("\"id\":\"openai/gpt-oss-120b\""), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/nothing",
                "/v1/models/groq/nothing",
                "/v1/models/%20",
                "/v1/models/x%",
                "/v1/models/x+y",
                "/v1/models/..%2f..%2fapi%2fkeys",
                "/v1/models/%2e%2e/%2e%2e/api/keys",
                "/v1/models/a;b=c",
                "/v1/models//auto",
                "/v1/models/"
            })
    void knows_no_other(String path) {
        String answer = get(path);

        assertTrue(answer.startsWith("HTTP/1.1 404 ") || answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(answer.contains("{\"error\":{\"message\":"), answer);
    }

    @Test
    void leads_nowhere_else() {
        String answer = get("/v1/models/../../api/keys");

        assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
    }

    @Test
    void names_near_matches_of_an_unknown_one() {
        var error = testServer.get("/v1/models/gpt-oss-12b").json().path("error");

        assertEquals("model_not_found", error.path("code").textValue());
        assertTrue(error.path("message").textValue().contains("'gpt-oss-120b'"), error::toString);
    }

    @Test
    void a_get_starts_no_refresh() {
        testServer.get("/v1/models").assertStatus(200);
        testServer.get("/v1/models?refresh=true").assertStatus(200);

        assertEquals(0, testServer.models.refreshes.get());
    }
}
