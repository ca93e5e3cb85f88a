/// What clients ask for, in JSON.
@NullMarked
package io.keywheel.adapters.http.request;

import org.jspecify.annotations.NullMarked;
