/// What clients ask for, read without a socket.
@NullMarked
package io.keywheel.adapters.http.request;

import org.jspecify.annotations.NullMarked;
