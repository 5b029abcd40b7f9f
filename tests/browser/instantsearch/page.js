import { instantMeiliSearch } from "@meilisearch/instant-meilisearch";
import instantsearch from "instantsearch.js";
import {
  clearRefinements, configure, hits, pagination, refinementList, searchBox, sortBy, stats,
} from "instantsearch.js/es/widgets";

const { searchClient } = instantMeiliSearch(location.origin, "", { finitePagination: true });
const search = instantsearch({ indexName: "articles", searchClient, routing: true });
search.addWidgets([
  configure({ hitsPerPage: 5, attributesToSnippet: ["body:30"] }),
  searchBox({ container: "#box" }),
  stats({ container: "#stats" }),
  sortBy({ container: "#sort", items: [
    { label: "best", value: "articles" },
    { label: "title", value: "articles:title:desc" },
    { label: "price", value: "articles:price:asc" }, // there is no such order
  ] }),
  refinementList({ container: "#category", attribute: "category" }),
  refinementList({ container: "#year", attribute: "year" }),
  clearRefinements({ container: "#clear" }),
  hits({ container: "#hits", templates: { item: (hit, { html, components }) => html`
    <h2>${components.Highlight({ hit, attribute: "title" })}</h2>
    <p>${components.Snippet({ hit, attribute: "body" })}</p>` } }),
  pagination({ container: "#pages" }),
]);
search.on("error", ({ error }) => { document.getElementById("error").textContent = error.message; });
search.start();
