package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputTest {

    @AutoClose
    private static final TestServer testServer = new TestServer();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {}|messages|is missing
                    {'messages':[{'role':'user','content':'a'},{'content':'b'}]}|messages[1].role|is missing
                    {'messages':[{'role':'user','content':'a'},{'role':'tool','content':'b'}]}|messages[1].role|one of
                    {'messages':[{'role':'user','content':['a']}]}|messages[0].content|must be a string
                    {'messages':[{'role':'user','content':'a','name':'x'}]}|messages[0].name|is not a field
                    {#,'stream':true}|stream|is not a field; /api/chat/stream and /api/chat/ws always stream
                    {#,'temprature':1}|temprature|did you mean 'temperature'?
                    {#,'temperature':-1e-9}|temperature|from 0 to 2
                    {#,'max_tokens':9223372036854775807}|max_tokens|from 1 to 2147483647
                    {#,'top_p':0}|top_p|more than 0
                    {#,'system_prompt':1}|system_prompt|must be a string
                    {#,'fallback':'false'}|fallback|must be true or false
                    {#,'provider':' '}|provider|must not be blank
                    {#,'model':'a b'}|model|without blanks
                    """)
    void invalid_field_is_named_in_the_error(String body, String field, String problem) {
        var response = testServer.post(
                "/api/chat",
                body.replace("#", "'messages':[{'role':'user','content':'a'}]").replace('\'', '"'));

        response.assertError(400, "invalid_request");
        assertEquals(field, response.text("/details/field"));
        assertTrue(response.text("/error").startsWith(field + " "), response.body());
        assertTrue(response.text("/error").contains(problem), response.body());
    }

    @Test
    void long_field_name_is_truncated_in_the_error() {
        var response = testServer
                .post("/api/chat", "{\"" + "x".repeat(50_000) + "\":1}")
                .assertStatus(400);

        assertTrue(response.body().length() < 1000, response.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    415 | Content-Type: text/plain
                    415 | Content-Type: json
                    415 | Content-Type: ;;
                    415 | Content-Type: a/b/c
                    415 | Content-Type: application/json; charset=iso-8859-1
                    415 | Content-Type: application/jsonp
                    415 | Content-Type: application/json;charset="
                    415 | Content-Type: multipart/form-data
                    415 | Content-Encoding: gzip
                    200 | Content-Type: application/json
                    200 | Content-Type: application/json;
                    200 | Content-Type: application/json;;charset=utf-8
                    200 | Content-Type: application/json; charset= utf-8
                    200 | Content-Type: application/json; charset=utf-8;
                    200 | Content-Type: application/json;charset=UTF-8
                    200 | Content-Type: application/json; charset=utf8
                    200 | Content-Type: Application/JSON; charset="utf-8"
                    """)
    void only_json_in_utf_8_without_an_encoding_is_accepted(int status, String header) {
        testServer.chats.answer("Hi");

        testServer.post("/api/chat", Samples.HELLO, header).assertStatus(status);
    }

    @Test
    @Timeout(10)
    void content_type_with_16000_semicolons_returns_415_in_time() {
        String type = "Content-Type: application/json" + ";".repeat(16_000) + "x";

        for (int i = 0; i < 20; i++) {
            testServer.post("/api/chat", Samples.HELLO, type).assertError(415, "unsupported_media_type");
        }
    }

    @Test
    void body_without_content_type_returns_415() {
        testServer
                .send("POST", "/api/chat", BodyPublishers.ofString(Samples.HELLO))
                .assertStatus(415);
    }

    @Test
    void unexpected_error_of_the_http_library_is_internal() {
        assertEquals("internal", DirectErrors.of(500).code());
    }
}
