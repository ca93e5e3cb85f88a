/// Decides which requests are accepted, by their access tokens and by the origins of web pages.
@NullMarked
package io.keywheel.adapters.http.access;

import org.jspecify.annotations.NullMarked;
