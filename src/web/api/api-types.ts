// What each route of the API takes and gives, as one type: those of the control socket, of the query log's socket, and of the web server itself.
import type { RouteTypes } from '../../api/routes.ts';
import type { HistoryRouteTypes } from '../../querylog/routes.ts';
import type { Problem, WebRouteTypes } from '../web-routes.ts';

/** The routes by their names; following the log is `GET /events`. */
export interface ApiRouteTypes
  extends Omit<RouteTypes, keyof WebRouteTypes>, Omit<HistoryRouteTypes, 'GET /follow'>, WebRouteTypes {}

/** What every error is told as. */
export type ApiProblem = Problem;
